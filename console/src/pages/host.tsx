import { Empty, Page } from '../ui/parts';

export function HostPage(props: { id: string }) {
  return <Page title={props.id}><Empty title="Nothing here yet" /></Page>;
}

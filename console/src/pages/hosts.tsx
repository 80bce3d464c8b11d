import { Empty, Page } from '../ui/parts';

export function Hosts() {
  return <Page title="Hosts"><Empty title="Nothing here yet" /></Page>;
}

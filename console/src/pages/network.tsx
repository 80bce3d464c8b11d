import { Empty, Page } from '../ui/parts';

export function Network() {
  return <Page title="Network"><Empty title="Nothing here yet" /></Page>;
}

import { Empty, Page } from '../ui/parts';

export function System() {
  return <Page title="System"><Empty title="Nothing here yet" /></Page>;
}

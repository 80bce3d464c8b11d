import { Empty, Page } from '../ui/parts';

export function Findings() {
  return <Page title="Findings"><Empty title="Nothing here yet" /></Page>;
}

import { Empty, Page } from '../ui/parts';

export function Exporters() {
  return <Page title="Exporters"><Empty title="Nothing here yet" /></Page>;
}

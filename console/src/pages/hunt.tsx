import { Empty, Page } from '../ui/parts';

export function Hunt() {
  return <Page title="Hunt"><Empty title="Nothing here yet" /></Page>;
}

import { Empty, Page } from '../ui/parts';

export function Learning() {
  return <Page title="Learning"><Empty title="Nothing here yet" /></Page>;
}

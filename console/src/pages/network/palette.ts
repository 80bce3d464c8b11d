import { serviceColour, services } from '../../ui/services';

/** The colours of a theme, read once for a picture. */
export interface Palette {
  readonly ground: string;
  readonly line: string;
  readonly text: string;
  readonly dim: string;
  readonly faint: string;
  readonly accent: string;
  readonly surface: string;
  readonly font: string;
  readonly edges: Readonly<Record<string, string>>;
}

export function readPalette(of: Element): Palette {
  const style = getComputedStyle(of);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    ground: read('--network-ground'), line: read('--line'), text: read('--text'), dim: read('--dim'), faint: read('--faint'),
    accent: read('--accent'), surface: read('--surface'), font: style.fontFamily,
    edges: Object.fromEntries(services.map(service => [service, read(serviceColour(service))])),
  };
}

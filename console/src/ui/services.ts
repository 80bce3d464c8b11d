// The services by which one host drives another: how they are named, and told apart by colour and by dash.

interface Service {
  readonly title: string;
  /** Of a network picture: the colour's variable, and lengths of stroke and gap in pixels. */
  readonly colour: string;
  readonly dash: readonly number[];
}

/** What says most about administration comes first. */
const known: Readonly<Record<string, Service>> = {
  rpc: { title: 'RPC', colour: '--edge-rpc', dash: [] },
  'win-rm': { title: 'WinRM', colour: '--edge-winrm', dash: [9, 3] },
  'rpc-over-http': { title: 'RPC over HTTP', colour: '--edge-http', dash: [9, 3, 2, 3] },
  smb: { title: 'SMB', colour: '--edge-smb', dash: [5, 3] },
  ldap: { title: 'LDAP', colour: '--edge-ldap', dash: [2, 3] },
  kerberos: { title: 'Kerberos', colour: '--edge-kerberos', dash: [1, 4] },
};

export const services: readonly string[] = Object.keys(known);

export function serviceTitle(service: string): string {
  return known[service]?.title ?? service;
}

export function serviceColour(service: string): string {
  return known[service]?.colour ?? '--faint';
}

export function serviceDash(service: string): readonly number[] {
  return known[service]?.dash ?? [];
}

/** The service that an edge is drawn as: the one that says most. */
export function mainService(of: readonly string[]): string {
  return services.find(service => of.includes(service)) ?? of[0] ?? 'rpc';
}

export function serviceTitles(of: readonly string[]): string {
  const sorted = [...of].sort((a, b) => services.indexOf(a) - services.indexOf(b));
  return sorted.map(serviceTitle).join(', ');
}

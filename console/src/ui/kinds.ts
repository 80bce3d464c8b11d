/** The kinds of findings in words; a kind that is not among them is shown as the API names it. */
const names: Readonly<Record<string, string>> = {
  'peer-to-peer-rpc': 'Peer-to-peer RPC',
  'first-administration': 'First administration',
  'new-rpc-client': 'New RPC client',
  'rpc-sweep': 'RPC sweep',
  'mapper-burst': 'Endpoint mapper burst',
  'firewalled-service-control': 'Service control, firewalled',
  'replication-to-client': 'Replication to a client',
  'pivot': 'Pivot',
  'server-turns-client': 'Server turns client',
  'workstation-serves': 'Workstation serves',
  'unusual-endpoint': 'Unusual endpoint',
  'contact-in-return': 'Contact in return',
  'large-upload': 'Large upload',
  'remote-service': 'Remote service',
  'remote-task': 'Remote task',
  'wmi-query': 'WMI query',
  'wmi-invoke': 'WMI invoke',
  'dc-sync': 'DCSync',
  'dc-shadow': 'DCShadow',
  'enumeration': 'Enumeration',
  'netlogon-burst': 'Netlogon burst',
  'forced-authentication': 'Forced authentication',
  'dpapi-backup-key': 'DPAPI backup key',
  'remote-activation': 'Remote activation (DCOM)',
  'remote-secrets': 'Remote secrets',
  'account-manipulation': 'Account manipulation',
  'event-log-cleared': 'Event log cleared',
  'remote-shutdown': 'Remote shutdown',
  'remote-persistence': 'Remote persistence',
  'certificate-request': 'Certificate request',
  'endpoint-mapper-dump': 'Endpoint mapper dump',
  'remote-configuration': 'Remote configuration',
  'pipe-opened': 'Pipe opened',
};

export const kinds: readonly string[] = Object.keys(names);

export function kindName(kind: string): string {
  return names[kind] ?? kind;
}

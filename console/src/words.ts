// What techniques, ports, severities and states are called where people read them; kinds of findings are in ui/kinds.ts.

const techniques: Readonly<Record<string, string>> = {
  T1003: 'OS Credential Dumping',
  'T1003.002': 'Security Account Manager',
  'T1003.004': 'LSA Secrets',
  'T1003.006': 'DCSync',
  T1016: 'System Network Configuration Discovery',
  T1018: 'Remote System Discovery',
  T1021: 'Remote Services',
  'T1021.002': 'SMB/Windows Admin Shares',
  'T1021.003': 'Distributed Component Object Model',
  'T1021.006': 'Windows Remote Management',
  T1033: 'System Owner/User Discovery',
  T1046: 'Network Service Discovery',
  T1047: 'Windows Management Instrumentation',
  T1049: 'System Network Connections Discovery',
  'T1053.002': 'At',
  'T1053.005': 'Scheduled Task',
  T1069: 'Permission Groups Discovery',
  'T1069.001': 'Local Groups',
  'T1069.002': 'Domain Groups',
  'T1070.001': 'Clear Windows Event Logs',
  T1082: 'System Information Discovery',
  T1083: 'File and Directory Discovery',
  T1087: 'Account Discovery',
  'T1087.001': 'Local Account',
  'T1087.002': 'Domain Account',
  T1098: 'Account Manipulation',
  T1112: 'Modify Registry',
  T1124: 'System Time Discovery',
  T1135: 'Network Share Discovery',
  T1136: 'Create Account',
  'T1136.001': 'Create Local Account',
  'T1136.002': 'Create Domain Account',
  T1187: 'Forced Authentication',
  T1207: 'Rogue Domain Controller',
  T1210: 'Exploitation of Remote Services',
  T1489: 'Service Stop',
  T1490: 'Inhibit System Recovery',
  T1529: 'System Shutdown/Reboot',
  'T1543.003': 'Windows Service',
  'T1546.003': 'WMI Event Subscription',
  'T1547.004': 'Winlogon Helper DLL',
  'T1547.010': 'Port Monitors',
  'T1547.012': 'Print Processors',
  'T1555.004': 'Windows Credential Manager',
  T1557: 'Adversary-in-the-Middle',
  'T1557.001': 'LLMNR/NBT-NS Poisoning and SMB Relay',
  'T1569.002': 'Service Execution',
  T1570: 'Lateral Tool Transfer',
  T1649: 'Steal or Forge Authentication Certificates',
};

// What people say where room is short.
const shortTechniques: Readonly<Record<string, string>> = {
  'T1003.002': 'SAM', 'T1003.004': 'LSA secrets', 'T1003.006': 'DCSync', T1018: 'Remote systems', T1021: 'Remote services',
  'T1021.002': 'Admin shares', 'T1021.003': 'DCOM', 'T1021.006': 'WinRM', T1047: 'WMI', 'T1053.002': 'At', 'T1053.005': 'Task',
  T1046: 'Service scan', 'T1070.001': 'Logs cleared', T1087: 'Accounts', T1135: 'Shares', T1069: 'Groups', T1098: 'Accounts changed',
  T1136: 'Account made', T1187: 'Forced logon', T1207: 'Rogue DC', T1210: 'Exploit', T1489: 'Service stop', T1490: 'No recovery',
  T1529: 'Shutdown', 'T1543.003': 'Service', 'T1546.003': 'WMI event', 'T1547.004': 'Winlogon', 'T1547.010': 'Port monitor',
  'T1547.012': 'Print proc.', 'T1555.004': 'Vault', T1557: 'In the middle', 'T1557.001': 'Relay', 'T1569.002': 'Service run',
  T1570: 'Tool transfer', T1649: 'Certificate',
};

export function techniqueShort(id: string): string {
  return shortTechniques[id] ?? techniques[id] ?? '';
}

/** Empty where it is not known here. */
export function techniqueName(id: string): string {
  return techniques[id] ?? '';
}

/** Where MITRE describes it; null for what is no technique's number. */
export function techniqueUrl(id: string): string | null {
  return /^T\d{4}(\.\d{3})?$/.test(id) ? `https://attack.mitre.org/techniques/${id.replace('.', '/')}/` : null;
}

/** A host's name without its domain, where room is short and the whole name stands elsewhere. */
export function shortName(name: string): string {
  return /^[a-z0-9_-]+\.[a-z]/i.test(name) ? name.slice(0, name.indexOf('.')) : name;
}

/** What a port of a server is for, as far as this sensor cares. */
export function serviceOfPort(port: number): string {
  switch (port) {
    case 88: return 'Kerberos';
    case 135: return 'endpoint mapper';
    case 139: case 445: return 'SMB';
    case 389: case 636: case 3268: case 3269: return 'LDAP';
    case 593: return 'RPC over HTTP';
    case 5985: case 5986: return 'WinRM';
    default: return port >= 49_152 ? 'dynamic port' : '';
  }
}

/** What a severity asks of who reads it. */
export const severityInWords: Readonly<Record<string, string>> = {
  critical: 'Look now. If it is what it looks like, somebody goes from machine to machine, or takes the directory.',
  high: 'Look within the hour. If it is what it looks like, somebody controls a machine that is not theirs.',
  medium: 'Look today. Intruders do this, and so does ordinary work now and then.',
  low: 'Look when there is time. One small sign, which counts together with others.',
};

export const confidenceInWords: Readonly<Record<string, string>> = {
  high: 'Hardly anything else looks like this.',
  medium: 'Other causes are possible; the three questions tell them apart.',
  low: 'It rests on little: mostly on that it was never seen before.',
};

export const stateInWords: Readonly<Record<string, string>> = {
  open: 'Open',
  acknowledged: 'Acknowledged',
  closed: 'Closed',
  withdrawn: 'Withdrawn',
};

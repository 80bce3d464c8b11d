import type { RoleName } from '../api/hosts';

/** Every role, from what matters most to what matters least. */
export const roles: readonly RoleName[] = [
  'domain-controller', 'directory-synchronizer', 'server', 'management-server', 'scanner', 'workstation', 'unknown'];

const titles: Readonly<Record<RoleName, string>> = {
  'domain-controller': 'Domain controller',
  'directory-synchronizer': 'Directory synchronizer',
  server: 'Server',
  'management-server': 'Management server',
  scanner: 'Scanner',
  workstation: 'Workstation',
  unknown: 'Unknown',
};

const plurals: Readonly<Record<RoleName, string>> = {
  'domain-controller': 'Domain controllers',
  'directory-synchronizer': 'Directory synchronizers',
  server: 'Servers',
  'management-server': 'Management servers',
  scanner: 'Scanners',
  workstation: 'Workstations',
  unknown: 'Unknown',
};

export function roleTitle(role: string): string {
  return titles[role as RoleName] ?? role;
}

export function rolePlural(role: string): string {
  return plurals[role as RoleName] ?? role;
}

/** What a role does to findings, in one sentence. */
export const roleEffects: Readonly<Record<RoleName, string>> = {
  'domain-controller': 'Replicates the directory, and everybody talks to it. It is judged as a client by what it did before.',
  'directory-synchronizer': 'May replicate the directory without being a domain controller, such as Microsoft Entra Connect.',
  server: 'Others are its clients every day. It is judged as a client by what it did before.',
  'management-server': 'Administers many machines by RPC, SMB or WinRM: what it does to them is expected.',
  scanner: 'Asks many machines many things: its sweeps are expected.',
  workstation: 'A person sits before it. It has no business driving other workstations.',
  unknown: 'Nothing is known, and nothing is softened.',
};

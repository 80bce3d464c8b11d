import type { HostItem } from '../api/hosts';
import { roleTitle } from './roles';

/** A role by its mark and name. */
export function RoleTag(props: { of: string }) {
  return <span class={`role-tag ${props.of}`}>{roleTitle(props.of)}</span>;
}

/** Who says that a host has its role, in two or three words. */
export function toldBy(host: HostItem): string {
  if (!host.told) return host.role === 'unknown' ? 'not learned yet' : 'learned';
  return host.told.by === 'settings' ? 'told by the settings' : `told by ${host.told.who ?? 'a person'}`;
}

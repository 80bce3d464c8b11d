import { session } from '../api/session';

/** Who is asking, and with what rights; the way out. */
export function WhoIsHere() {
  const known = session.value;
  if (known === null) return null;
  return <p class="who"><bdi>{known.name ?? (known.means === 'loopback' ? 'this machine' : 'everybody')}</bdi><span>{known.role}</span></p>;
}

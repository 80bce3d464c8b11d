import { get, send } from '../api/client';
import { ended, session, type Session } from '../api/session';
import { Button } from '../ui/parts';
import { notice } from '../ui/notices';
import { exact } from '../ui/time';

const meanings: Readonly<Record<string, string>> = {
  loopback: 'Nobody has to log in on the machine itself.',
  anonymous: 'This sensor lets everybody in: something else guards it.',
  password: 'Logged in by name and password.',
  token: 'By an API token.',
  proxy: 'Logged in by the proxy in front of this sensor.',
};

/** Who is asking, and with what rights; the way out. */
export function WhoIsHere() {
  const known = session.value;
  if (known === null) return null;
  const name = known.name ?? (known.means === 'loopback' ? 'this machine' : 'everybody');
  const until = known.expires_at === null ? '' : ` Until ${exact(known.expires_at)}.`;
  return (
    <div class="who" title={(meanings[known.means ?? ''] ?? '') + until}>
      <p><bdi>{name}</bdi><span>{known.role}</span></p>
      {known.means === 'password' && <Button tone="quiet" onClick={logOut}>Log out</Button>}
    </div>
  );
}

async function logOut(): Promise<void> {
  try {
    await send('DELETE', 'session');
    ended.value = false;
    session.value = await get<Session>('session');
  } catch (failure) {
    notice(failure instanceof Error ? failure.message : String(failure), { tone: 'failed' });
  }
}

import { ApiError, send } from './api/client';
import type { IncidentLine } from './api/types';
import { may } from './api/session';
import type { VerdictAnswer } from './dialogs';
import { notice } from './ui/notices';
import { plural } from './ui/numbers';
import { ownName, whoSays } from './who';

// What people do with an incident by one key or button; each says in a corner what came of it.

async function tried(work: () => Promise<string | null>): Promise<boolean> {
  try {
    const told = await work();
    if (told !== null) notice(told);
    return told !== null;
  } catch (failure) {
    notice(failure instanceof ApiError ? failure.lines.join(' ') : String(failure), { tone: 'failed' });
    return false;
  }
}

function isAllowed(): boolean {
  if (may('analyst')) return true;
  notice('You may read here. What changes something takes the role analyst.', { tone: 'failed' });
  return false;
}

export async function setState(incident: IncidentLine, state: 'open' | 'acknowledged'): Promise<boolean> {
  return isAllowed() && await tried(async () => {
    const who = await whoSays();
    if (who === null) return null;
    await send('POST', `incidents/${incident.id}/state`, { state, ...who });
    return state === 'open' ? 'Open again' : 'Acknowledged';
  });
}

/** Assigns it to who is here; a question who that is comes before where it is not known. */
export async function take(incident: IncidentLine): Promise<boolean> {
  return isAllowed() && await tried(async () => {
    const who = await whoSays();
    if (who === null) return null;
    await send('POST', `incidents/${incident.id}/assignee`, { assignee: who.who ?? ownName(), ...who });
    return 'It is yours';
  });
}

export async function reopen(incident: IncidentLine): Promise<boolean> {
  return isAllowed() && await tried(async () => {
    const taken = await send<VerdictAnswer>('DELETE', `incidents/${incident.id}/verdict`);
    return `Open again: ${plural(taken.verdicts.length, 'verdict')} and ${plural(taken.suppressions.length, 'suppression')} taken back`;
  });
}

/** Says what a verdict has done, and offers to take it back. */
export function tellVerdict(answer: VerdictAnswer, onUndone: () => void): void {
  const made = answer.suppressions.length === 0 ? '' : `, ${plural(answer.suppressions.length, 'suppression')} made`;
  notice(`Closed as ${answer.incident.verdict ?? 'told'}: ${plural(answer.verdicts.length, 'finding')}${made}`, {
    undo: () => void reopen(answer.incident).then(onUndone),
  });
}

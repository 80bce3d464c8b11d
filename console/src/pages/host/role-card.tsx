import { useState } from 'preact/hooks';
import { isAnalyst } from '../../api/session';
import type { HostItem, RoleChange } from '../../api/hosts';
import { Button, Tag, Time } from '../../ui/parts';
import { roleEffects, roleTitle } from '../../ui/roles';
import { RoleTag } from '../../ui/role-tag';
import { RoleDialog, WithdrawDialog } from './role-dialog';

/** What the host is, who says so and why; analysts correct it here. */
export function RoleCard(props: { host: HostItem; changes: readonly RoleChange[]; onChanged: () => void }) {
  const { host, changes } = props;
  const [open, setOpen] = useState<'tell' | 'withdraw' | null>(null);
  const close = () => setOpen(null);
  const done = () => { close(); props.onChanged(); };
  return (
    <section class="card host-card" aria-labelledby="host-role">
      <header><h2 id="host-role">Role</h2>
        {isAnalyst.value && host.told?.by !== 'settings' && (
          <div class="card-tools">
            {host.told && !host.told.prefix && <Button tone="quiet" onClick={() => setOpen('withdraw')}>Take back</Button>}
            <Button onClick={() => setOpen('tell')}>Correct role</Button>
          </div>)}
      </header>
      <p class="host-role"><RoleTag of={host.role} /> <Source host={host} /></p>
      <Reason host={host} />
      <p class="faint">{roleEffects[host.role]}</p>
      {host.provisional && (
        <p class="dim">It looks like a {roleTitle(host.provisional).toLowerCase()},
          and has not earned that yet: nothing is softened by it.</p>)}
      {changes.length > 0 && <>
        <h3>How it changed</h3>
        <ul class="plain-list">
          {changes.map(change => (
            <li><span class="dim">{roleTitle(change.from_role)} → {roleTitle(change.to_role)}</span> <Time at={change.settled} />
              <p class="faint">{change.reason}</p></li>))}
        </ul>
      </>}
      {open === 'tell' && <RoleDialog host={host} onDone={done} onClose={close} />}
      {open === 'withdraw' && <WithdrawDialog host={host} onDone={done} onClose={close} />}
    </section>
  );
}

function Source(props: { host: HostItem }) {
  const { told, role } = props.host;
  if (!told) return role === 'unknown' ? <Tag>nothing learned yet</Tag> : <Tag>learned</Tag>;
  return <Tag tone="good">{told.by === 'settings' ? 'told by the settings' : 'told by a person'}</Tag>;
}

function Reason(props: { host: HostItem }) {
  const { told, why, learned_role: learned } = props.host;
  if (!told) return <p>{why.charAt(0).toUpperCase() + why.slice(1)}</p>;
  const learnedText = learned && learned !== told.role && learned !== 'unknown'
    ? <p class="dim">The sensor itself learned another role: {roleTitle(learned).toLowerCase()}.</p> : null;
  const of = told.prefix ? <> of all of <span class="mono">{told.prefix}</span></> : null;
  if (told.by === 'settings')
    return <><p>The setting {told.setting ?? 'Judgement:Roles'} says so{of}; it is changed there.</p>{learnedText}</>;
  return (
    <>
      <p>“<bdi>{told.why}</bdi>” <span class="dim">— <bdi>{told.who}</bdi>{of}{told.at && <>, <Time at={told.at} /></>}</span></p>
      {learnedText}
    </>
  );
}

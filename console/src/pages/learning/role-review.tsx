import { useState } from 'preact/hooks';
import { useData } from '../../api/data';
import { get } from '../../api/client';
import { isAnalyst } from '../../api/session';
import type { HostItem, RoleChange, ToldRole } from '../../api/hosts';
import type { PageOf } from '../../api/types';
import { count, plural } from '../../ui/numbers';
import { Button, Failure, Host, Tag, Time, Waiting } from '../../ui/parts';
import { roles, roleTitle } from '../../ui/roles';
import { RoleTag } from '../../ui/role-tag';
import { Table } from '../../ui/table';
import { RoleDialog, WithdrawDialog } from '../host/role-dialog';
import { allHosts } from '../hosts/all-hosts';
import { sortKey } from '../network/layout';

interface Told extends Omit<ToldRole, 'prefix'> {
  readonly address: string;
  readonly prefix?: string;
  /** False where the settings tell another role of all of these hosts. */
  readonly acts?: boolean;
}

interface Roles {
  readonly candidates: readonly HostItem[];
  readonly told: readonly Told[];
  readonly changes: readonly RoleChange[];
}

/** Roles that were learned and soften something, or are close to it: for somebody to look at. */
async function readRoles(signal: AbortSignal): Promise<Roles> {
  const [{ hosts }, told, changes] = await Promise.all([
    allHosts({}, signal, () => undefined), get<PageOf<Told>>('roles', {}, signal),
    get<PageOf<RoleChange>>('role-changes', { limit: 50 }, signal)]);
  const candidates = hosts.filter(host => !host.told && (!['workstation', 'unknown'].includes(host.role) || host.provisional))
    .sort((a, b) => roles.indexOf(a.role) - roles.indexOf(b.role) || (sortKey(a.address) < sortKey(b.address) ? -1 : 1));
  return { candidates, told: told.items, changes: changes.items };
}

interface Open {
  readonly what: 'confirm' | 'correct' | 'withdraw';
  readonly host: { readonly address: string; readonly name?: string; readonly role: HostItem['role'] };
}

/** The host, or the network, that it was told of. */
function hostOf(told: Told): Open['host'] {
  return { address: told.prefix ?? told.address, role: told.role };
}

export function RoleReview(props: { onChanged: () => void }) {
  const { data, error, reload } = useData('roles', readRoles);
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const done = () => { close(); reload(); props.onChanged(); };
  if (error) return <Failure error={error} retry={reload} />;
  if (data === null) return <Waiting what="Reading roles" />;
  const canTell = isAnalyst.value;
  return (
    <>
      <section class="learning-part" aria-labelledby="learned-roles">
        <h2 id="learned-roles">Learned roles to confirm or correct <span class="faint">{count(data.candidates.length)}</span></h2>
        <p class="dim">A role that was learned softens findings. Say once that it is right,
          and nothing that the network does can change it.</p>
        {data.candidates.length === 0
          ? <p class="faint">No host has earned a role by itself that softens anything.</p>
          : <Table label="Learned roles" rows={data.candidates} rowKey={row => row.address} columns={[
              { key: 'host', title: 'Host', width: 'minmax(12rem, 1.4fr)', show: row => <Host of={row} /> },
              { key: 'role', title: 'Role', width: '13rem', show: row => row.provisional && row.role !== row.provisional
                ? <span class="dim" title="It looks like one, and has not earned it yet">maybe {roleTitle(row.provisional).toLowerCase()}</span>
                : <RoleTag of={row.role} /> },
              { key: 'why', title: 'Why', width: 'minmax(16rem, 3fr)', show: row => <span title={row.why}>{row.why}</span> },
              { key: 'server', title: 'As server', width: '6rem', numeric: true, show: row => count(row.server_edges) },
              { key: 'client', title: 'As client', width: '6rem', numeric: true, show: row => count(row.client_edges) },
              ...(canTell ? [{ key: 'do', title: '', width: '12.5rem', show: (row: HostItem) => {
                const role = row.provisional ?? row.role;
                return (
                  <span class="row-tools">
                    <Button aria-label={`Confirm the role of ${row.name ?? row.address}`}
                      onClick={() => setOpen({ what: 'confirm', host: { ...row, role } })}>Confirm</Button>
                    <Button aria-label={`Correct the role of ${row.name ?? row.address}`}
                      onClick={() => setOpen({ what: 'correct', host: row })}>Correct</Button>
                  </span>);
              } }] : []),
            ]} />}
      </section>
      <section class="learning-part card" aria-labelledby="told-roles">
        <header><h2 id="told-roles">Roles that were told <span class="faint">{count(data.told.length)}</span></h2>
          {canTell && (
            <Button onClick={() => setOpen({ what: 'correct', host: { address: '', role: 'domain-controller' } })}>Tell a role</Button>)}
        </header>
        {data.told.length === 0 ? <p class="faint">Nobody told a role yet, and the settings name none.</p>
          : <table class="listing">
              <thead><tr><th>Host or prefix</th><th>Role</th><th>By</th><th>Why</th><th>When</th>
                {canTell && <th><span class="unseen">Change</span></th>}</tr></thead>
              <tbody>{data.told.map(one => (
                <tr><td>{one.prefix ? <span class="mono">{one.prefix}</span> : <Host of={{ address: one.address }} />}</td>
                  <td><RoleTag of={one.role} />{one.acts === false && <> <Tag tone="warn">the settings outrank it</Tag></>}</td>
                  <td>{one.by === 'settings' ? <Tag>the settings</Tag> : <bdi>{one.who}</bdi>}</td>
                  <td>{one.by === 'settings' ? <span class="faint">{one.setting ?? 'Judgement:Roles'}</span> : <bdi>{one.why}</bdi>}</td>
                  <td><Time at={one.at} /></td>
                  {canTell && <td class="row-tools">{one.by === 'person' && <>
                    <Button onClick={() => setOpen({ what: 'correct', host: hostOf(one) })}>Correct</Button>
                    <Button onClick={() => setOpen({ what: 'withdraw', host: hostOf(one) })}>Take back</Button></>}</td>}</tr>))}</tbody>
            </table>}
      </section>
      <section class="learning-part card" aria-labelledby="changed-roles">
        <h2 id="changed-roles">Roles that were earned or lost lately</h2>
        {data.changes.length === 0 ? <p class="faint">No learned role has changed.</p>
          : <table class="listing">
              <thead><tr><th>Host</th><th>From</th><th>To</th><th>Why</th><th>Rests on</th><th>When</th></tr></thead>
              <tbody>{data.changes.map(change => (
                <tr><td><Host of={{ address: change.host }} /></td><td class="dim">{roleTitle(change.from_role)}</td>
                  <td>{roleTitle(change.to_role)}</td>
                  <td>{change.reason}</td><td title={change.witnesses.join(', ')}>{plural(change.num_witnesses, 'client')}</td>
                  <td><Time at={change.settled} /></td></tr>))}</tbody>
            </table>}
      </section>
      {open && open.what !== 'withdraw' && <RoleDialog host={open.host} confirms={open.what === 'confirm'} onDone={done} onClose={close} />}
      {open?.what === 'withdraw' && <WithdrawDialog host={open.host} onDone={done} onClose={close} />}
    </>
  );
}

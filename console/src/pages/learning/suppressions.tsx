import { useState } from 'preact/hooks';
import { get } from '../../api/client';
import { useData } from '../../api/data';
import { isAnalyst } from '../../api/session';
import type { Suppression } from '../../api/system';
import type { PageOf } from '../../api/types';
import { linkTo } from '../../router';
import { count } from '../../ui/numbers';
import { Button, Failure, Tag, Time, Waiting } from '../../ui/parts';
import { DeleteSuppressionDialog, hidesText, SuppressionDialog } from './suppression-dialog';

/** What is hidden, by whom, why and until when. */
export function Suppressions() {
  const { data, error, reload } = useData('suppressions', signal => get<PageOf<Suppression>>('suppressions', {}, signal));
  const [open, setOpen] = useState<{ readonly what: 'edit' | 'delete'; readonly of: Suppression | null } | null>(null);
  const close = () => setOpen(null);
  const done = () => { close(); reload(); };
  const canChange = isAnalyst.value;
  return (
    <section class="learning-part card" aria-labelledby="suppressions">
      <header><h2 id="suppressions">Suppressions <span class="faint">{data === null ? '' : count(data.items.length)}</span></h2>
        {canChange && <Button onClick={() => setOpen({ what: 'edit', of: null })}>Suppress findings</Button>}</header>
      {error ? <Failure error={error} retry={reload} /> : data === null ? <Waiting what="Reading suppressions" />
        : data.items.length === 0 ? <p class="faint">Nothing is suppressed: every finding is shown.</p>
        : <table class="listing">
            <thead><tr><th>Hides</th><th class="number">Findings</th><th>Why</th><th>By</th><th>Since</th><th>Until</th>
              {canChange && <th><span class="unseen">Change</span></th>}</tr></thead>
            <tbody>{data.items.map(one => (
              <tr key={one.id} class={one.active ? '' : 'over'}>
                <td>{hidesText(one)}</td>
                <td class="number"><a href={linkTo(['findings'], { kind: one.kind ?? null, client: one.client ?? null,
                  server: one.server ?? null, suppressed: true })}
                  aria-label={`${count(one.hides)} findings: show them`}>{count(one.hides)}</a></td>
                <td><bdi>{one.why}</bdi></td><td><bdi>{one.who}</bdi></td><td><Time at={one.created_at} /></td>
                <td>{!one.expires_at ? <span class="dim">without end</span> : one.active ? <Time at={one.expires_at} />
                  : <Tag>expired <Time at={one.expires_at} /></Tag>}</td>
                {canChange && <td class="row-tools">
                  <Button aria-label={`Change: ${hidesText(one)}`} onClick={() => setOpen({ what: 'edit', of: one })}>Change</Button>
                  <Button aria-label={`Delete: ${hidesText(one)}`} onClick={() => setOpen({ what: 'delete', of: one })}>Delete</Button>
                </td>}
              </tr>))}</tbody>
          </table>}
      {open?.what === 'edit' && <SuppressionDialog of={open.of} onDone={done} onClose={close} />}
      {open?.what === 'delete' && open.of && <DeleteSuppressionDialog of={open.of} onDone={done} onClose={close} />}
    </section>
  );
}

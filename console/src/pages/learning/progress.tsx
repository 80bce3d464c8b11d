import type { LearningAnswer } from '../../api/system';
import { linkTo } from '../../router';
import { count, plural, share } from '../../ui/numbers';
import { Tag, Time } from '../../ui/parts';
import { roles, rolePlural } from '../../ui/roles';
import { RoleTag } from '../../ui/role-tag';

/** How far along it is, and what that means for findings. */
export function Progress(props: { of: LearningAnswer }) {
  const { of } = props;
  const days = Math.min(of.days, of.learning_days);
  return (
    <div class="learning-cards">
      <section class="card" aria-labelledby="learning-far">
        <h2 id="learning-far">How far along {of.settled ? <Tag tone="good">settled</Tag> : <Tag tone="warn">still learning</Tag>}</h2>
        {!of.enabled ? <p>The sensor does not judge: there is nothing to learn. The setting Judgement:Enabled turns it on.</p> : <>
          <progress class="progress" max={of.learning_days} value={days} aria-label="Days of learning" />
          <p><strong>Day {count(Math.floor(of.days))}</strong> of {of.learning_days}
            {of.started_at && <span class="dim">, begun <Time at={of.started_at} full /></span>}</p>
          <p>{of.next}</p>
          {of.clock_doubt && <p class="learning-doubt">{of.clock_doubt}</p>}
        </>}
      </section>
      <section class="card" aria-labelledby="learning-differs">
        <h2 id="learning-differs">What is different</h2>
        <dl class="learning-differs">
          <dt>{of.settled ? 'Before, while it learned' : 'Now, while it learns'}</dt>
          <dd>Nothing is rated high merely because it is new: everything is. What is rated high is hardly ever ordinary, such as a named
            operation or a sweep. Roles take days to be earned; those that you tell count at once.</dd>
          <dt>{of.settled ? 'Now' : 'Afterwards'}</dt>
          <dd>What is new is rated by how surprising it is for this client, its peers and the server, and new clients of servers are
            reported, too. A host that earned a role is judged by it: a management server may drive workstations, a workstation may not.</dd>
        </dl>
      </section>
      <section class="card" aria-labelledby="learning-known">
        <h2 id="learning-known">What it knows</h2>
        <dl class="facts learning-counts">
          <dt>Hosts</dt><dd>{count(of.hosts)}</dd>
          <dt>Pairs</dt><dd>{count(of.pairs)}</dd>
          <dt>Edges</dt><dd>{count(of.edges)} <span class="dim">a client, a server and a service each</span></dd>
          <dt>Normal</dt><dd>{count(of.edges_learned)}{' '}
            <span class="dim">{of.edges === 0 ? '' : `${share(of.edges_learned / of.edges)} of the edges count as normal`}</span></dd>
        </dl>
        <ul class="learning-roles">
          {roles.filter(role => (of.roles[role] ?? 0) > 0).map(role => (
            <li><RoleTag of={role} />{' '}
              <a href={linkTo(['hosts'], { role })} aria-label={`${rolePlural(role)}: ${plural(of.roles[role]!, 'host')}`}>
              {count(of.roles[role]!)}</a></li>))}
        </ul>
      </section>
    </div>
  );
}

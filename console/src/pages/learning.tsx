import { get } from '../api/client';
import { useData } from '../api/data';
import type { LearningAnswer } from '../api/system';
import { Failure, Page, Waiting } from '../ui/parts';
import '../style/data.css';
import '../style/network.css';
import '../style/hosts.css';
import '../style/learning.css';
import { Progress } from './learning/progress';
import { RoleReview } from './learning/role-review';
import { Suppressions } from './learning/suppressions';

/** How far along the sensor is, what it believes of the hosts, and what it was told to hide. */
export function Learning() {
  const { data, error, reload } = useData('learning', signal => get<LearningAnswer>('learning', {}, signal), 60_000);
  return (
    <Page title="Learning" sub="What the sensor takes for normal, and why">
      {error ? <Failure error={error} retry={reload} /> : data === null ? <Waiting what="Asking how far along it is" />
        : <><Progress of={data} /><Suppressions /><RoleReview onChanged={reload} /></>}
    </Page>
  );
}

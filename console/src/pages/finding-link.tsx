import { useEffect } from 'preact/hooks';
import { get } from '../api/client';
import { useData } from '../api/data';
import type { Finding } from '../api/types';
import { linkTo } from '../router';
import { Failure, Page, Waiting } from '../ui/parts';

/** Where a link to a finding leads, as logs have it: to its incident, with its evidence open. */
export function FindingLink(props: { id: string }) {
  const { data, error, reload } = useData(props.id, signal => get<Finding>(`findings/${encodeURIComponent(props.id)}`, {}, signal));
  useEffect(() => {
    if (data?.incident === undefined) return;
    history.replaceState(null, '', linkTo(['incidents', data.incident], { finding: data.id }));
    dispatchEvent(new HashChangeEvent('hashchange'));
  }, [data?.incident]);
  return (
    <Page title="Finding">
      {error ? <Failure error={error} retry={reload} /> : data === null || data.incident !== undefined ? <Waiting />
        : <p>This finding belongs to no incident{data.withdrawn_at ? ': it was withdrawn' : ''}.{' '}
          <a href={linkTo(['findings'], { host: data.client })}>Findings of {data.client}</a></p>}
    </Page>
  );
}

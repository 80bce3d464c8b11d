import { linkTo } from '../router';

/**
 * A host in a column: above its address, which is what is sure, of a full name the first part, which tells it from its neighbours. All of
 * the name is on hover, and on the host's page.
 */
export function HostCell(props: { address: string; name?: string | undefined }) {
  const { address, name } = props;
  if (name === undefined) return <a class="host" href={linkTo(['hosts', address])}><span class="address alone">{address}</span></a>;
  const first = name.split('.')[0] ?? '';
  return (
    <a class="host stacked" href={linkTo(['hosts', address])} title={`${name}, ${address}`}>
      <bdi class="host-name">{first === '' ? name : first}</bdi><span class="address">{address}</span></a>
  );
}

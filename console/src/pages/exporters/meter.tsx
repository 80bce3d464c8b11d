import { share } from '../../ui/numbers';

/** How much could be used, as a bar and a number. */
export function Meter(props: { share: number | undefined }) {
  const { share: value } = props;
  if (value === undefined) return <span class="faint">–</span>;
  const tone = value < 0.99 ? 'bad' : value < 1 ? 'warn' : '';
  return (
    <span class="metered">
      <span class={`meter ${tone}`} aria-hidden="true"><i style={{ width: `${Math.max(0, Math.min(1, value)) * 100}%` }} /></span>
      <span class={value < 0.99 ? 'figure bad' : 'figure'}>{share(value)}</span>
    </span>
  );
}

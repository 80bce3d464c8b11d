import { exact } from './time';

const HOUR = 3_600_000;

/** What the sensor knows to the hour: when that hour was, not how many minutes ago it began. */
export function Hour(props: { at: string | null | undefined; full?: boolean }) {
  if (!props.at) return <span class="faint">–</span>;
  const began = Date.parse(props.at);
  const hours = Math.floor((Date.now() - began) / HOUR);
  const text = exact(props.at).slice(0, 16);
  const words = hours < 1 ? 'this hour' : hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} d ago`;
  return (
    <time dateTime={props.at} title={`In the hour from ${text} UTC`}>
      {props.full ? <>{text} UTC <span class="dim">{words}</span></> : words}</time>
  );
}

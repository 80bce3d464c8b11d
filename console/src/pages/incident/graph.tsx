import { useMemo } from 'preact/hooks';
import type { IncidentDetail } from '../../api/types';
import { linkTo } from '../../router';
import { shortName } from '../../words';
import { kindName } from '../../ui/kinds';
import { plural } from '../../ui/numbers';
import { pictureOf, type Edge, type Node } from './story';

const WIDTH = 168;
const HEIGHT = 40;
const GAP = 96;
const STEP = 58;
const EDGE = 8;
const ROUND = 44;
const LETTERS = 20;

/** Who drove whom, and who went on from there: hosts from left to right, arrows of the colour of what is worst between them. */
export function HostGraph(props: { detail: IncidentDetail }) {
  const picture = useMemo(() => pictureOf(props.detail), [props.detail]);
  if (picture.edges.length === 0) return null;
  const columnOf = new Map(picture.nodes.map(node => [node.id, node.column]));
  const isRound = picture.edges.some(edge => columnOf.get(edge.from) === columnOf.get(edge.to));
  const isLong = picture.edges.some(edge => columnOf.get(edge.to)! - columnOf.get(edge.from)! > 1 || columnOf.get(edge.to)! < columnOf.get(edge.from)!);
  const width = picture.columns * WIDTH + (picture.columns - 1) * GAP + 2 * EDGE + (isRound ? ROUND : 0);
  const height = picture.rows * STEP - (STEP - HEIGHT) + 2 * EDGE + (isLong && picture.rows < 3 ? ROUND : 0);
  const rowsOf = (column: number) => Math.max(...picture.nodes.filter(node => node.column === column).map(node => node.row + 1));
  const place = (node: Node) => ({
    x: EDGE + node.column * (WIDTH + GAP),
    y: EDGE + (node.row + (picture.rows - rowsOf(node.column)) / 2) * STEP,
  });
  const places = new Map(picture.nodes.map(node => [node.id, place(node)]));
  return (
    <div class="graph-box" tabIndex={0} role="group" aria-label={`Hosts: ${said(picture.edges, picture.nodes)}`}>
      <svg class="host-graph" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="false">
        <defs>
          {['critical', 'high', 'medium', 'low'].map(severity => (
            <marker key={severity} id={`arrow-${severity}`} class={`arrow ${severity}`} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8"
              markerHeight="8" orient="auto" markerUnits="userSpaceOnUse"><path d="M0 0 L8 4 L0 8 z" /></marker>))}
        </defs>
        {picture.edges.map(edge => <Arrow key={edge.from + edge.to} edge={edge} from={places.get(edge.from)!} to={places.get(edge.to)!} />)}
        {picture.nodes.map(node => <Box key={node.id} node={node} at={places.get(node.id)!} />)}
      </svg>
    </div>
  );
}

function Arrow(props: { edge: Edge; from: { x: number; y: number }; to: { x: number; y: number } }) {
  const { edge, from, to } = props;
  const [y1, y2] = [from.y + HEIGHT / 2, to.y + HEIGHT / 2];
  let path: string;
  if (to.x > from.x) {
    const [x1, x2] = [from.x + WIDTH, to.x - 2];
    const bend = x2 - x1 > WIDTH ? GAP : Math.max(40, (x2 - x1) / 2);

    // Over more than one column: below what stands between.
    const low = x2 - x1 > WIDTH ? Math.max(y1, y2) + ROUND * 1.4 : null;
    path = `M${x1} ${y1 + (low === null ? 0 : 8)} C${x1 + bend} ${low ?? y1} ${x2 - bend} ${low ?? y2} ${x2} ${y2 + (low === null ? 0 : 8)}`;
  } else if (to.x === from.x) {
    // Within a column: around the right side.
    const x = from.x + WIDTH;
    path = `M${x} ${y1} C${x + 48} ${y1} ${x + 48} ${y2} ${x + 2} ${y2}`;
  } else {
    // Back: below both.
    const [x1, x2] = [from.x + WIDTH / 2, to.x + WIDTH / 2];
    const y = Math.max(from.y, to.y) + HEIGHT;
    path = `M${x1} ${from.y + HEIGHT} C${x1} ${y + 18} ${x2} ${y + 18} ${x2} ${to.y + HEIGHT + 2}`;
  }
  return <path class={`edge ${edge.severity}`} d={path} marker-end={`url(#arrow-${edge.severity})`}><title>{edge.kinds.map(kindName).join(', ')}</title></path>;
}

function Box(props: { node: Node; at: { x: number; y: number } }) {
  const { node, at } = props;
  if (node.host === null) {
    return (
      <g class="node more"><rect x={at.x} y={at.y} width={WIDTH} height={HEIGHT} rx="6" />
        <text x={at.x + WIDTH / 2} y={at.y + 24} text-anchor="middle">{plural(node.more, 'more host')}</text></g>
    );
  }

  const { address, name } = node.host;
  return (
    <a class="node" href={linkTo(['hosts', address])}>
      <title>{name ? `${name} ${address}` : address}</title>
      <rect x={at.x} y={at.y} width={WIDTH} height={HEIGHT} rx="6" />
      {name === undefined ? <text class="mono" x={at.x + 10} y={at.y + 25}>{cut(address)}</text> : <>
        <text x={at.x + 10} y={at.y + 17}>{cut(shortName(name))}</text>
        <text class="mono small" x={at.x + 10} y={at.y + 32}>{cut(address, LETTERS + 2)}</text></>}
    </a>
  );
}

function cut(text: string, most = LETTERS): string {
  const letters = [...text];
  return letters.length <= most ? text : letters.slice(0, most - 1).join('') + '…';
}

/** The same in words, for who cannot see it. */
function said(edges: readonly Edge[], nodes: readonly Node[]): string {
  const name = (id: string) => {
    const node = nodes.find(one => one.id === id);
    return node?.host ? node.host.name ?? node.host.address : `${node?.more ?? 0} more`;
  };
  return edges.slice(0, 12).map(edge => `${name(edge.from)} to ${name(edge.to)}: ${edge.kinds.map(kindName).join(', ')}`).join('; ');
}

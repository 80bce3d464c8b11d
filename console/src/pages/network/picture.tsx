import { useEffect, useRef } from 'preact/hooks';
import { go } from '../../router';
import { theme } from '../../ui/theme';
import { Button } from '../../ui/parts';
import { isSame, neighbour, targetAt, type Target } from './hit';
import { MOST_NAMES } from './ink';
import { readPalette } from './palette';
import { Painter } from './painter';
import type { Scene } from './scene';
import { fit, pan, toPicture, zoom, type View } from './view';

const HOST_REACH = 9;
const EDGE_REACH = 5;
const CLICK = 4;
const STEP = 60;

// Who comes back from a host sees what he left.
let kept: { readonly key: string; readonly view: View } | null = null;

interface PictureProps {
  readonly scene: Scene;
  /** Of what the scene shows: another one is fitted anew. */
  readonly of: string;
  readonly target: Target | null;
  readonly onTarget: (target: Target | null) => void;
}

/** The picture itself. It moves only when it is dragged, zoomed or steered by keys. */
export function Picture(props: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const painter = useRef<Painter | null>(null);
  const view = useRef<View | null>(kept?.key === props.of ? kept.view : null);
  const key = useRef(props.of);
  const state = useRef(props);
  state.current = props;

  const size = () => {
    const box = canvas.current;
    return { width: box?.clientWidth ?? 0, height: box?.clientHeight ?? 0 };
  };
  const show = (next: View) => {
    view.current = next;
    kept = { key: state.current.of, view: next };
    painter.current?.show(next, state.current.target);
  };
  const whole = () => {
    const { width, height } = size();
    const { network, layout } = state.current.scene;
    show(fit(layout.radius, network.hosts.length <= MOST_NAMES, width, height));
  };
  const zoomBy = (factor: number, x?: number, y?: number) => {
    const { width, height } = size();
    show(zoom(view.current!, factor, x ?? width / 2, y ?? height / 2, width, height));
  };

  useEffect(() => {
    const box = canvas.current!;
    const drawing = new Painter(box, state.current.scene, readPalette(box));
    painter.current = drawing;
    const observer = new ResizeObserver(() => {
      const { width, height } = size();
      if (width === 0 || height === 0) return;
      drawing.resize(width, height, Math.min(2, devicePixelRatio));
      if (view.current === null) whole();
      else show(view.current);
    });
    observer.observe(box);
    return () => {
      observer.disconnect();
      drawing.stop();
      painter.current = null;
    };
  }, []);

  useEffect(() => {
    const drawing = painter.current;
    if (!drawing) return;
    drawing.replace(props.scene, readPalette(canvas.current!));
    if (key.current !== props.of && size().width > 0) whole();
    key.current = props.of;
  }, [props.scene, props.of]);

  useEffect(() => {
    const redraw = () => painter.current?.replace(state.current.scene, readPalette(canvas.current!));
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', redraw);
    let isFirst = true;
    const forget = theme.subscribe(() => {
      if (!isFirst) setTimeout(redraw);
      isFirst = false;
    });
    return () => {
      system.removeEventListener('change', redraw);
      forget();
    };
  }, []);

  useEffect(() => { if (view.current) painter.current?.show(view.current, props.target); }, [props.target, props.scene]);

  useEffect(() => listen(canvas.current!, {
    move: (dx, dy) => { if (view.current) show(pan(view.current, dx, dy)); },
    zoom: (factor, x, y) => { if (view.current) zoomBy(factor, x, y); },
    point: (x, y) => { if (view.current) state.current.onTarget(find(x, y) ?? state.current.target); },
    click: (x, y) => {
      const found = view.current ? find(x, y) : null;
      if (found && 'host' in found) open(found.host);
      else state.current.onTarget(found);
    },
  }), []);

  const find = (x: number, y: number): Target | null => {
    const { width, height } = size();
    const { scale } = view.current!;
    const [px, py] = toPicture(view.current!, x, y, width, height);
    const found = targetAt(state.current.scene, px, py, HOST_REACH / scale, EDGE_REACH / scale);
    return isSame(found, state.current.target) ? state.current.target : found;
  };
  const open = (host: number) => go(['hosts', state.current.scene.network.hosts[host]!.address]);

  const steer = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !view.current) return;
    const arrow = arrows[event.key];
    const { scene, target, onTarget } = state.current;
    const host = target && 'host' in target ? target.host : null;
    if (arrow && event.shiftKey) show(pan(view.current, -arrow[0] * STEP, -arrow[1] * STEP));
    else if (arrow) {
      const next = host === null ? 0 : neighbour(scene, host, arrow[0], arrow[1]);
      onTarget({ host: next });
      bringIntoView(next);
    } else if (event.key === '+' || event.key === '=') zoomBy(1.25);
    else if (event.key === '-') zoomBy(0.8);
    else if (event.key === '0') whole();
    else if (event.key === 'Enter' && host !== null) open(host);
    else if (event.key === 'Escape') onTarget(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const bringIntoView = (host: number) => {
    const place = state.current.scene.layout.places[host];
    if (!place || !view.current) return;
    const { width, height } = size();
    const { x, y, scale } = view.current;
    const isSeen = Math.abs(place.x - x) * scale < width / 2 - 30 && Math.abs(place.y - y) * scale < height / 2 - 30;
    if (!isSeen) show({ x: place.x, y: place.y, scale });
  };

  return (
    <div class="network-picture">
      <canvas ref={canvas} tabIndex={0} role="application" aria-roledescription="network picture" onKeyDown={steer}
        aria-label={`${props.scene.network.hosts.length} hosts and ${props.scene.bows.length} edges. ` +
          'Arrow keys go from host to host, Enter opens one. The same edges are in the table.'} />
      <div class="network-zoom">
        <Button aria-label="Closer" title="Closer (+)" onClick={() => zoomBy(1.4)}>+</Button>
        <Button aria-label="Farther" title="Farther (−)" onClick={() => zoomBy(1 / 1.4)}>−</Button>
        <Button title="All of it (0)" onClick={whole}>Fit</Button>
      </div>
    </div>
  );
}

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
};

interface Gestures {
  move(dx: number, dy: number): void;
  zoom(factor: number, x: number, y: number): void;
  point(x: number, y: number): void;
  click(x: number, y: number): void;
}

/** Drag, wheel, two fingers, hover and click; what is pointed at is looked for once a frame. */
function listen(box: HTMLCanvasElement, on: Gestures): () => void {
  const pointers = new Map<number, { x: number; y: number }>();
  let travelled = 0;
  let pending = 0;
  const at = (event: MouseEvent) => {
    const { left, top } = box.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    pointers.set(event.pointerId, at(event));
    travelled = 0;
    try { box.setPointerCapture(event.pointerId); } catch { /* A pointer that a script made cannot be held. */ }
  };
  const moved = (event: PointerEvent) => {
    const now = at(event);
    const before = pointers.get(event.pointerId);
    if (!before) {
      cancelAnimationFrame(pending);
      pending = requestAnimationFrame(() => on.point(now.x, now.y));
      return;
    }
    pointers.set(event.pointerId, now);
    travelled += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) on.zoom(distance(now, other) / Math.max(1, distance(before, other)), other.x, other.y);
    else if (travelled > CLICK) on.move(now.x - before.x, now.y - before.y);
  };
  const up = (event: PointerEvent) => {
    const isClick = pointers.size === 1 && pointers.has(event.pointerId) && travelled <= CLICK && event.type === 'pointerup';
    pointers.delete(event.pointerId);
    if (isClick) on.click(at(event).x, at(event).y);
  };
  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 18 : 1;
    on.zoom(Math.exp(-Math.max(-200, Math.min(200, event.deltaY * lines)) * 0.0016), at(event).x, at(event).y);
  };
  box.addEventListener('pointerdown', down);
  box.addEventListener('pointermove', moved);
  box.addEventListener('pointerup', up);
  box.addEventListener('pointercancel', up);
  box.addEventListener('wheel', wheel, { passive: false });
  return () => {
    cancelAnimationFrame(pending);
    box.removeEventListener('pointerdown', down);
    box.removeEventListener('pointermove', moved);
    box.removeEventListener('pointerup', up);
    box.removeEventListener('pointercancel', up);
    box.removeEventListener('wheel', wheel);
  };
}

function distance(a: { x: number; y: number }, b: { x: number; y: number }): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

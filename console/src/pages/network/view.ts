/** Which part of the picture is seen: its point in the middle of the canvas, and pixels per unit. */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

const LEAST = 0.02;
const MOST = 12;
/** Around the outermost hosts, in pixels: with room for their names, and without. */
const NAMES = 74;
const MARGIN = 22;

export function fit(radius: number, hasNames: boolean, width: number, height: number): View {
  const room = Math.max(80, Math.min(width, height) / 2 - (hasNames ? NAMES : MARGIN));
  return { x: 0, y: 0, scale: Math.min(2.2, room / radius) };
}

export function zoom(view: View, factor: number, atX: number, atY: number, width: number, height: number): View {
  const scale = Math.min(MOST, Math.max(LEAST, view.scale * factor));
  const [dx, dy] = [atX - width / 2, atY - height / 2];
  return { x: view.x + dx / view.scale - dx / scale, y: view.y + dy / view.scale - dy / scale, scale };
}

export function pan(view: View, dx: number, dy: number): View {
  return { ...view, x: view.x - dx / view.scale, y: view.y - dy / view.scale };
}

export function toPicture(view: View, x: number, y: number, width: number, height: number): [number, number] {
  return [view.x + (x - width / 2) / view.scale, view.y + (y - height / 2) / view.scale];
}

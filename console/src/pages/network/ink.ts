import { rolePlural } from '../../ui/roles';
import { count } from '../../ui/numbers';
import { SPACING, type Sector } from './layout';
import type { Palette } from './palette';
import type { Scene } from './scene';
import type { View } from './view';

// What is drawn besides the edges. Everything is in the units of the picture; `scale` is pixels per unit.

const GROUP_TEXT = 12;
const NAME_TEXT = 11.5;
/** Of so few hosts all names are shown, however small the picture is. */
export const MOST_NAMES = 40;
const LONGEST_NAME = 28;

/** The ring's parts, a role each, under everything else. */
export function drawGroups(context: CanvasRenderingContext2D, scene: Scene, palette: Palette, scale: number): void {
  for (const sector of scene.layout.sectors) {
    context.beginPath();
    context.arc(0, 0, sector.outer, sector.from, sector.to);
    if (sector.inner > 0) context.arc(0, 0, sector.inner, sector.to, sector.from, true);
    context.closePath();
    context.fillStyle = palette.surface;
    context.fill();
    context.lineWidth = 1 / scale;
    context.strokeStyle = palette.line;
    context.stroke();
  }
}

function radiusOf(scale: number): number {
  return Math.min(7, Math.max(1.8, scale * 5));
}

export function drawHosts(
  context: CanvasRenderingContext2D, scene: Scene, palette: Palette, scale: number, only?: ReadonlySet<number>,
  focus: number | null = null): void {
  const radius = radiusOf(scale) / scale;
  context.lineWidth = 1.2 / scale;
  const hosts = only ?? scene.layout.places.keys();
  for (const host of hosts) {
    const place = scene.layout.places[host];
    if (!place) continue;
    const role = scene.network.hosts[host]!.role;
    shape(context, role, place.x, place.y, role === 'workstation' || role === 'unknown' ? radius : radius * 1.35);
    context.fillStyle = role === 'unknown' ? palette.surface : palette.text;
    context.strokeStyle = role === 'unknown' ? palette.dim : palette.ground;
    context.fill();
    context.stroke();
  }
  const focused = focus === null ? undefined : scene.layout.places[focus];
  if (focused) {
    context.beginPath();
    context.arc(focused.x, focused.y, radius * 2 + 2 / scale, 0, Math.PI * 2);
    context.lineWidth = 2.5 / scale;
    context.strokeStyle = palette.accent;
    context.stroke();
  }
}

/** Roles differ by form, not by colour: colours say services. */
function shape(context: CanvasRenderingContext2D, role: string, x: number, y: number, r: number): void {
  context.beginPath();
  if (role === 'domain-controller' || role === 'directory-synchronizer') {
    context.moveTo(x, y - r * 1.2);
    context.lineTo(x + r * 1.2, y);
    context.lineTo(x, y + r * 1.2);
    context.lineTo(x - r * 1.2, y);
    context.closePath();
  } else if (role === 'server') context.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
  else if (role === 'management-server') {
    const [long, short] = [r * 1.15, r * 0.42];
    context.rect(x - long, y - short, long * 2, short * 2);
    context.rect(x - short, y - long, short * 2, long * 2);
  } else if (role === 'scanner') {
    context.moveTo(x, y - r * 1.1);
    context.lineTo(x + r, y + r * 0.8);
    context.lineTo(x - r, y + r * 0.8);
    context.closePath();
  } else context.arc(x, y, r, 0, Math.PI * 2);
}

/** Names of groups always; those of hosts where there is room, or those that are asked for. */
export function drawNames(
  context: CanvasRenderingContext2D, scene: Scene, palette: Palette, view: View, width: number, height: number,
  only?: readonly number[]): void {
  const { scale } = view;
  context.lineJoin = 'round';
  context.strokeStyle = palette.ground;
  if (!only) {
    context.font = `600 ${GROUP_TEXT}px ${palette.font}`;
    for (const sector of scene.layout.sectors) nameGroup(context, palette, sector, scale);
  }

  const hasRoom = SPACING * scale >= 13 || scene.network.hosts.length <= MOST_NAMES;
  const hosts = only?.slice(0, MOST_NAMES) ?? (hasRoom ? scene.layout.places.keys() : []);
  context.font = `${NAME_TEXT}px ${palette.font}`;
  context.fillStyle = palette.text;
  for (const host of hosts) {
    const place = scene.layout.places[host];
    if (!place) continue;
    if (Math.abs(place.x - view.x) * scale > width / 2 + 100 || Math.abs(place.y - view.y) * scale > height / 2 + 100) continue;
    const { name, address } = scene.network.hosts[host]!;
    const label = name ?? address;
    context.save();
    context.translate(place.x, place.y);
    context.scale(1 / scale, 1 / scale);
    const away = radiusOf(scale) + 6;
    if (place.x === 0 && place.y === 0) {
      context.textAlign = 'center';
      context.textBaseline = 'top';
      context.translate(0, away);
    } else {
      // Along the ray from the middle, never upside down.
      const isLeft = Math.cos(place.angle) < 0;
      context.rotate(isLeft ? place.angle + Math.PI : place.angle);
      context.textAlign = isLeft ? 'right' : 'left';
      context.textBaseline = 'middle';
      context.translate(isLeft ? -away : away, 0);
    }
    write(context, label.length > LONGEST_NAME ? label.slice(0, LONGEST_NAME - 1) + '…' : label);
    context.restore();
  }
}

/** Its name along the inner side of its part of the ring, where no host has its name; never upside down. */
function nameGroup(context: CanvasRenderingContext2D, palette: Palette, sector: Sector, scale: number): void {
  const text = `${rolePlural(sector.role)} ${count(sector.count)}`;
  context.fillStyle = palette.dim;
  context.textBaseline = 'middle';
  const radius = sector.inner * scale - 10;
  if (radius < 70) {
    // Too narrow a bow to be read: below the innermost ring, where it is the only group.
    if (sector.to - sector.from < 6.2 || sector.outer * scale < 16) return;
    context.save();
    context.translate(0, sector.outer + 11 / scale);
    context.scale(1 / scale, 1 / scale);
    context.textAlign = 'center';
    write(context, text);
    context.restore();
    return;
  }

  context.textAlign = 'center';
  const letters = [...text].map(letter => ({ letter, width: context.measureText(letter).width }));
  const span = letters.reduce((sum, { width }) => sum + width, 0) / radius;
  const room = sector.to - sector.from;
  if (span > room + 0.06) return;
  const middle = span > room ? (sector.from + sector.to) / 2 : sector.from + span / 2 + Math.min(0.03, (room - span) / 2);
  const isBelow = Math.sin(middle) > 0.15;
  let angle = middle + (isBelow ? span / 2 : -span / 2);
  for (const { letter, width } of letters) {
    const half = width / radius / 2 * (isBelow ? -1 : 1);
    angle += half;
    context.save();
    context.rotate(angle + (isBelow ? -Math.PI / 2 : Math.PI / 2));
    context.scale(1 / scale, 1 / scale);
    context.translate(0, isBelow ? radius : -radius);
    write(context, letter);
    context.restore();
    angle += half;
  }
}

/** With a rim of the ground's colour, so that it can be read above lines. */
function write(context: CanvasRenderingContext2D, text: string): void {
  context.lineWidth = 3.5;
  context.strokeText(text, 0, 0);
  context.fillText(text, 0, 0);
}

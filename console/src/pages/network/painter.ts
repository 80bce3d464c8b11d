import { serviceDash } from '../../ui/services';
import type { RarityClass } from '../../ui/rarity';
import { drawGroups, drawHosts, drawNames } from './ink';
import type { Palette } from './palette';
import type { Target } from './hit';
import { trace, type Scene } from './scene';
import type { View } from './view';

/** All edges, hosts and names as they look from one view, and somewhat beyond its borders. */
interface Layer {
  readonly canvas: HTMLCanvasElement;
  view: View;
  /** Strands drawn; the hosts come after the last one. */
  done: number;
}

/** A layer is so much wider and higher than the canvas: one may drag that far before its border is seen. */
const BEYOND = 1.4;
const MOST_HIGHLIGHTED = 600;
/** Dashes are dear: so many edges of one host have them while one drags. */
const MOST_DASHED = 120;
interface Weight {
  readonly width: number;
  readonly alpha: number;
  /** So many edges bear the full strength; the more there are beyond, the fainter each, down to the least. */
  readonly bears: number;
  readonly least: number;
}

const weights: Readonly<Record<RarityClass, Weight>> = {
  0: { width: 0.8, alpha: 0.32, bears: 200, least: 0.25 },
  1: { width: 1.1, alpha: 0.6, bears: 150, least: 0.22 },
  2: { width: 1.9, alpha: 0.95, bears: 300, least: 0.5 },
};

function weightOf(rarity: RarityClass, edges: number): { readonly width: number; readonly alpha: number } {
  const { width, alpha, bears, least } = weights[rarity];
  const share = Math.min(1, Math.max(least, Math.sqrt(bears / Math.max(1, edges))));
  return { width: Math.max(0.7, width * Math.sqrt(share)), alpha: alpha * share };
}

/**
 * Draws a scene. While one drags and zooms, the finished layer is moved as it is, which takes a few milliseconds however many edges there
 * are; another layer is drawn meanwhile from the new view, a few strands a frame, and takes its place once it is whole.
 */
export class Painter {
  private front: Layer | null = null;
  private back: Layer | null = null;
  private frame = 0;
  private lastFrame = 0;
  private strandsAFrame = 8;
  private width = 0;
  private height = 0;
  private ratio = 1;
  private view: View = { x: 0, y: 0, scale: 1 };
  private target: Target | null = null;

  constructor(private readonly canvas: HTMLCanvasElement, private scene: Scene, private palette: Palette) {}

  show(view: View, target: Target | null): void {
    this.view = view;
    this.target = target;
    this.ask();
  }

  /** Another scene or theme: drawn whole at once, so that no old line stays. */
  replace(scene: Scene, palette: Palette): void {
    this.scene = scene;
    this.palette = palette;
    this.front = this.back = null;
    this.ask();
  }

  resize(width: number, height: number, ratio: number): void {
    if (width === this.width && height === this.height && ratio === this.ratio) return;
    [this.width, this.height, this.ratio] = [width, height, ratio];
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.front = this.back = null;
    this.ask();
  }

  stop(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  private ask(): void {
    if (this.frame === 0 && this.width > 0) this.frame = requestAnimationFrame(now => this.draw(now));
  }

  private draw(now: number): void {
    this.frame = 0;
    if (this.front === null) {
      this.front = this.begin();
      this.advance(this.front, Infinity);
    }

    // 1. The layer that is finished, moved to where one looks.
    this.compose(this.front);

    // 2. What the pointer or the keyboard is at, above it.
    this.highlight();

    // 3. A few strands of the next layer, where the finished one is from another view.
    const isStale = this.front.view !== this.view;
    if (!isStale) {
      this.back = null;
      return;
    }
    this.pace(now);
    this.back ??= this.begin();
    if (this.advance(this.back, this.strandsAFrame)) {
      this.front = this.back;
      this.back = null;
    }
    this.ask();
  }

  // Drawing is done by other threads of the browser, so that only the time from frame to frame tells what it costs.
  private pace(now: number): void {
    const elapsed = now - this.lastFrame;
    this.lastFrame = now;
    if (elapsed > 200) return;
    this.strandsAFrame = elapsed > 24 ? Math.max(2, Math.floor(this.strandsAFrame * 0.7)) : Math.min(40, this.strandsAFrame + 1);
  }

  private begin(): Layer {
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(this.width * BEYOND * this.ratio);
    canvas.height = Math.round(this.height * BEYOND * this.ratio);
    const layer = { canvas, view: this.view, done: 0 };
    const context = this.contextOf(layer);
    drawGroups(context, this.scene, this.palette, layer.view.scale);
    return layer;
  }

  private contextOf(layer: Layer): CanvasRenderingContext2D {
    const context = layer.canvas.getContext('2d')!;
    const scale = layer.view.scale * this.ratio;
    context.setTransform(
      scale, 0, 0, scale, layer.canvas.width / 2 - layer.view.x * scale, layer.canvas.height / 2 - layer.view.y * scale);
    return context;
  }

  /** Draws so many strands more; true when the layer is whole. */
  private advance(layer: Layer, strands: number): boolean {
    const context = this.contextOf(layer);
    const { scale } = layer.view;
    const end = Math.min(this.scene.strands.length, layer.done + strands);
    for (; layer.done < end; layer.done++) {
      const strand = this.scene.strands[layer.done]!;
      const { width, alpha } = weightOf(strand.rarity, this.scene.numByRarity[strand.rarity]);
      context.globalAlpha = alpha;
      context.lineWidth = width / scale;
      context.strokeStyle = this.palette.edges[strand.service] ?? this.palette.faint;
      // What is common lies so close that dashes could not be told, and dashes are dear.
      const isDense = strand.rarity === 0 && this.scene.bows.length > 1_500;
      context.setLineDash(isDense ? [] : serviceDash(strand.service).map(part => part / scale));
      context.stroke(strand.path);
    }
    if (layer.done < this.scene.strands.length) return false;
    context.globalAlpha = 1;
    context.setLineDash([]);
    drawHosts(context, this.scene, this.palette, scale);
    drawNames(context, this.scene, this.palette, layer.view, this.width * BEYOND, this.height * BEYOND);
    return true;
  }

  private compose(layer: Layer): void {
    const context = this.canvas.getContext('2d')!;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalAlpha = 1;
    context.fillStyle = this.palette.ground;
    context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    const grown = this.view.scale / layer.view.scale;
    const [width, height] = [layer.canvas.width * grown, layer.canvas.height * grown];
    const x = this.canvas.width / 2 + (layer.view.x - this.view.x) * this.view.scale * this.ratio - width / 2;
    const y = this.canvas.height / 2 + (layer.view.y - this.view.y) * this.view.scale * this.ratio - height / 2;
    context.globalAlpha = this.target === null ? 1 : 0.3;
    if (grown === 1) context.drawImage(layer.canvas, Math.round(x), Math.round(y));
    else context.drawImage(layer.canvas, x, y, width, height);
    context.globalAlpha = 1;
  }

  private highlight(): void {
    if (this.target === null) return;
    const { scene, palette, view } = this;
    const bows = 'host' in this.target ? (scene.edgesOf[this.target.host] ?? []).slice(0, MOST_HIGHLIGHTED) : [this.target.bow];
    const context = this.canvas.getContext('2d')!;
    const scale = view.scale * this.ratio;
    context.setTransform(scale, 0, 0, scale, this.canvas.width / 2 - view.x * scale, this.canvas.height / 2 - view.y * scale);
    const isDense = bows.length > MOST_DASHED;
    const ends = new Set<number>('host' in this.target ? [this.target.host] : []);
    for (const index of bows) {
      const bow = scene.bows[index];
      if (!bow) continue;
      ends.add(bow.client).add(bow.server);
      context.strokeStyle = palette.edges[bow.service] ?? palette.faint;
      context.lineWidth = ('bow' in this.target ? 3 : weights[bow.rarity].width + 0.5) / view.scale;
      context.setLineDash(isDense ? [] : serviceDash(bow.service).map(part => part / view.scale));
      context.beginPath();
      trace(context, bow);
      context.stroke();
    }
    context.setLineDash([]);
    drawHosts(context, scene, palette, view.scale, ends, 'host' in this.target ? this.target.host : null);
    drawNames(context, scene, palette, view, this.width, this.height, [...ends]);
  }
}

// Measures the network page: frames while one drags and zooms by script, and the time to the first picture.
//
//   npm ci && npm run network [-- --edges 5000 --hosts 1200 --seconds 6 --url http://127.0.0.1:8055 --chromium PATH --look FOLDER]
//
// Without --url the console of ../dist is served with a made-up network. Headless chromium draws in software: a screen is faster.
import { chromium } from 'playwright-core';
import { network, serve } from './sensor.mjs';

const options = { edges: 5_000, hosts: 1_200, seconds: 6, chromium: '/usr/bin/chromium', width: 1440, height: 900, ...readOptions() };
const sensor = options.url ? null : await serve(0, { network: network(Number(options.edges), Number(options.hosts)) });
const base = options.url ?? `http://127.0.0.1:${sensor.port}`;
const browser = await chromium.launch({
  executablePath: options.chromium,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

try {
  const page = await browser.newPage({ viewport: { width: Number(options.width), height: Number(options.height) } });
  const mistakes = [];
  page.on('pageerror', error => mistakes.push(String(error)));

  // 1. From the beginning of the navigation to the first picture of all edges, five times, nothing kept.
  const firsts = [];
  for (let i = 0; i < 5; i++) {
    await page.goto('about:blank');
    await page.goto(`${base}/?${i}#/network?window=all`);
    firsts.push(await page.evaluate(firstPicture));
  }

  // 2. Dragging, zooming, both, and pointing, each for some seconds.
  const shown = await page.locator('.sub').innerText();
  console.log(`${shown}; ${options.width} x ${options.height}, ${browser.version()}, drawn in software`);
  console.log(`first contentful paint: ${firsts.map(paint => paint.content.toFixed(0)).join(', ')} ms`);
  console.log(`first picture of all edges: ${firsts.map(paint => paint.picture.toFixed(0)).join(', ')} ms`);
  for (const what of ['drag', 'zoom', 'drag and zoom', 'point', 'drag with a host chosen']) {
    const frames = await page.evaluate(measure, { what, seconds: Number(options.seconds) });
    console.log(`${what.padEnd(24)} ${frames.rate.toFixed(1)} frames a second; a frame takes ${frames.middle.toFixed(1)} ms ` +
      `in the middle, ${frames.p95.toFixed(1)} at the 95th percentile, ${frames.longest.toFixed(1)} at most`);
  }
  if (options.look) await page.screenshot({ path: `${options.look}/network-bench.png` });
  for (const mistake of mistakes) console.error(mistake);
  if (mistakes.length > 0) process.exitCode = 1;
} finally {
  await browser.close();
  sensor?.close();
}

async function firstPicture() {
  const canvas = await new Promise(found => {
    const look = () => {
      const box = document.querySelector('.network-picture canvas');
      if (box && box.width !== 300) found(box);
      else requestAnimationFrame(look);
    };
    look();
  });
  // The frame in which it is drawn, and the one after: what was drawn is on the screen.
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
  canvas.getContext('2d').getImageData(0, 0, 1, 1);
  return { picture: performance.now(), content: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN };
}

async function measure({ what, seconds }) {
  const canvas = document.querySelector('.network-picture canvas');
  const box = canvas.getBoundingClientRect();
  const [middleX, middleY] = [box.left + box.width / 2, box.top + box.height / 2];
  const pointer = (type, x, y) => canvas.dispatchEvent(
    new PointerEvent(type, { clientX: x, clientY: y, pointerId: 7, button: 0, isPrimary: true, bubbles: true }));
  const wheel = delta => canvas.dispatchEvent(
    new WheelEvent('wheel', { clientX: middleX + 60, clientY: middleY - 40, deltaY: delta, bubbles: true, cancelable: true }));
  const frame = () => new Promise(requestAnimationFrame);
  canvas.dispatchEvent(new KeyboardEvent('keydown', { key: '0', bubbles: true }));
  canvas.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
  if (what.includes('chosen')) canvas.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
  for (let i = 0; i < 60; i++) await frame();

  const drags = what.includes('drag');
  const zooms = what.includes('zoom');
  if (drags) pointer('pointerdown', middleX, middleY);
  const times = [];
  const began = await frame();
  let last = began;
  for (let i = 1; last - began < seconds * 1_000; i++) {
    const angle = i / 40 * Math.PI;
    if (drags || what === 'point') pointer('pointermove', middleX + Math.cos(angle) * 260, middleY + Math.sin(angle * 1.3) * 200);
    if (zooms) wheel(Math.sin(i / 25) * 60);
    const now = await frame();
    times.push(now - last);
    last = now;
  }
  if (drags) pointer('pointercancel', middleX, middleY);
  times.sort((a, b) => a - b);
  return {
    rate: times.length / (last - began) * 1_000, middle: times[times.length >> 1], p95: times[Math.floor(times.length * 0.95)],
    longest: times.at(-1),
  };
}

function readOptions() {
  const read = {};
  const words = process.argv.slice(2);
  for (let i = 0; i + 1 < words.length; i += 2) read[words[i].replace(/^--/, '')] = words[i + 1];
  return read;
}

/** How rare an edge is, from 0 (all do it) to 1 (nobody else does), in words. */
export function rarityWord(rarity: number): string {
  return rarity >= 0.85 ? 'very rare' : rarity >= 0.6 ? 'rare' : rarity >= 0.3 ? 'uncommon' : 'common';
}

export type RarityClass = 0 | 1 | 2;

/** Common, less common, rare: what a picture tells apart by weight. */
export function rarityClass(rarity: number): RarityClass {
  return rarity >= 0.6 ? 2 : rarity >= 0.3 ? 1 : 0;
}

/** A bar and a word. */
export function Rarity(props: { of: number }) {
  const percent = Math.round(Math.min(1, Math.max(0, props.of)) * 100);
  const number = (percent / 100).toFixed(2);
  return (
    <span class={`rarity r${rarityClass(props.of)}`} title={`Rarity ${number}, from 0 (all do it) to 1 (nobody else does): ` +
      'how few others use that of the server, how few edges join such hosts, on how few days it was seen'}>
      <span class="rarity-bar" aria-hidden="true"><span style={{ width: `${percent}%` }} /></span>
      {rarityWord(props.of)}
    </span>
  );
}

import { useState } from 'preact/hooks';

/** Which findings are chosen: some by id, or all that match but some. */
export interface Chosen {
  readonly isAll: boolean;
  readonly ids: ReadonlySet<string>;
}

const nothing: Chosen = { isAll: false, ids: new Set() };

export interface ChosenRows {
  readonly chosen: Chosen;
  readonly number: number;
  readonly state: 'none' | 'some' | 'all';
  readonly has: (id: string) => boolean;
  /** Changes one; with `from` all from the one that was changed before, to the same. */
  readonly toggle: (id: string, index: number, rows: readonly { readonly id: string }[], withFormer: boolean) => void;
  readonly toggleAll: () => void;
  readonly clear: () => void;
}

/** What is chosen of a list; another list begins with nothing. */
export function useChosen(key: string, total: number): ChosenRows {
  const [state, setState] = useState<{ key: string; chosen: Chosen; anchor: number }>({ key, chosen: nothing, anchor: -1 });
  const { chosen, anchor } = state.key === key ? state : { chosen: nothing, anchor: -1 };
  const set = (next: Chosen, at = -1) => setState({ key, chosen: next, anchor: at });
  const has = (id: string) => chosen.isAll !== chosen.ids.has(id);
  const number = chosen.isAll ? Math.max(0, total - chosen.ids.size) : chosen.ids.size;
  return {
    chosen,
    number,
    state: number === 0 ? 'none' : number >= total ? 'all' : 'some',
    has,
    toggle: (id, index, rows, withFormer) => {
      const shallBe = !has(id);
      const range = withFormer && anchor >= 0
        ? rows.slice(Math.min(anchor, index), Math.max(anchor, index) + 1).map(row => row.id) : [id];
      const ids = new Set(chosen.ids);
      for (const one of range) {
        if (shallBe !== chosen.isAll) ids.add(one);
        else ids.delete(one);
      }
      set({ isAll: chosen.isAll, ids }, index);
    },
    toggleAll: () => set(number === 0 ? { isAll: true, ids: new Set() } : nothing),
    clear: () => set(nothing),
  };
}

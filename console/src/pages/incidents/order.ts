/** The incidents in the order of the list that was seen last: one leads to the next. */
export const order: { ids: readonly string[]; current: string | null; query: string } = { ids: [], current: null, query: '' };

/** Marks the next or former row and gives its link the focus, once it is in the page. */
export function neighbour(id: string | null, step: 1 | -1): string | null {
  if (order.ids.length === 0) return null;
  const place = id === null ? -1 : order.ids.indexOf(id);
  if (place < 0) return order.ids[0]!;
  return order.ids[Math.min(order.ids.length - 1, Math.max(0, place + step))]!;
}

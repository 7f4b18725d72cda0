/** Lists in one header field: items between commas, those with commas or quotes in double quotes. */

/** `datesHaveCommas`: items are HTTP dates, each of which has a comma itself. */
export function headerListItems(text: string, datesHaveCommas: boolean): string[] {
  if (datesHaveCommas) {
    const parts = text.split(',').map((part) => part.trim());
    return Array.from({ length: Math.ceil(parts.length / 2) }, (_, index) =>
      parts.slice(2 * index, 2 * index + 2).join(', '),
    );
  }
  const items: string[] = [];
  const item = /\s*(?:"((?:[^"\\]|\\.)*)"\s*|([^,]*))(?:,|$)/sy;
  while (item.lastIndex < text.length) {
    const [, quoted, bare] = item.exec(text) ?? [];
    items.push(quoted?.replaceAll(/\\(.)/gs, '$1') ?? bare?.trim() ?? '');
  }
  return items;
}

export function headerListText(items: readonly string[], quoteWhereNeeded: boolean): string {
  const texts = items.map((item) => {
    if (!quoteWhereNeeded || !/[",]/.test(item)) return item;
    return `"${item.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
  });
  return texts.join(', ');
}

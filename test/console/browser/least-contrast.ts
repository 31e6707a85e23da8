/**
 * The worst contrast of any visible text with what is behind it, by the formula of WCAG 2.2. Runs in the page, so it may use
 * nothing from outside.
 *
 * @see https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
 */
export function leastContrast(): { readonly ratio: number; readonly where: string } {
  const channels = (colour: string): number[] => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (colour: string): number => {
    const [red = 0, green = 0, blue = 0] = channels(colour)
      .slice(0, 3)
      .map((channel) => channel / 255)
      .map((part) => (part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const groundOf = (element: Element | null): string => {
    if (element === null) return 'rgb(255, 255, 255)';
    const { backgroundColor } = getComputedStyle(element);
    return channels(backgroundColor)[3] === 0 ? groundOf(element.parentElement) : backgroundColor;
  };
  let worst = { ratio: 21, where: 'no text at all' };
  for (const element of document.body.querySelectorAll('*')) {
    const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    const text = own.map((node) => node.textContent?.trim()).join('');
    if (text === '' || !element.checkVisibility() || element.getClientRects().length === 0) continue;
    const lights = [luminance(getComputedStyle(element).color), luminance(groundOf(element))].toSorted((a, b) => b - a);
    const ratio = ((lights[0] ?? 0) + 0.05) / ((lights[1] ?? 0) + 0.05);
    if (ratio < worst.ratio) worst = { ratio, where: `${element.tagName} ${element.className}: ${text.slice(0, 40)}` };
  }
  return worst;
}

/** A portal's colours as the variables of its stylesheet. */
import type { PortalColors } from './port.ts';

/** Hexadecimal, by name, or as a function of numbers; all else could be more than a colour. */
const COLOR = /^(?:#[\da-f]{3,8}|[a-z]{3,16}|(?:rgb|hsl)a?\([\d.,%\s/]+\))$/i;
/** For what is no colour. */
const DEFAULTS: PortalColors = {
  accent: '#0b5fc4',
  background: '#ffffff',
  error: '#b42318',
  header: '#101828',
  navigation: '#f5f7fa',
  text: '#1d2733',
};

export function stylesOf(colors: PortalColors): string {
  const used: { -readonly [Name in keyof PortalColors]: string } = { ...DEFAULTS };
  for (const name of Object.keys(DEFAULTS) as (keyof PortalColors)[]) {
    if (COLOR.test(colors[name])) used[name] = colors[name];
  }
  const { accent, background, error, header, navigation, text } = used;
  const variables = {
    ...{ accent, background, error, header, navigation, text },
    'on-accent': readableOn(accent, '#ffffff'),
    'on-header': readableOn(header, text),
    'on-navigation': readableOn(navigation, text),
  };
  const lines = Object.entries(variables).map(([name, value]) => `  --${name}: ${value};`);
  return `:root {\n${lines.join('\n')}\n}\n`;
}

/** Black or white, whichever is read better; `otherwise` for colours that are not hexadecimal. */
function readableOn(color: string, otherwise: string): string {
  const [, short, long] =
    /^#(?:([\da-f]{3})[\da-f]?|([\da-f]{6})(?:[\da-f]{2})?)$/i.exec(color) ?? [];
  const digits = short === undefined ? long : short.replaceAll(/./g, '$&$&');
  if (digits === undefined) return otherwise;
  const luminance = luminanceOf(Number.parseInt(digits, 16));
  // Where the contrast ratios of WCAG 2 (section 1.4.3) with black and with white are the same.
  return luminance > 0.179 ? '#000000' : '#ffffff';
}

/** Relative luminance, as WCAG 2 defines it. */
function luminanceOf(rgb: number): number {
  const [red, green, blue] = [rgb >> 16, (rgb >> 8) & 255, rgb & 255].map((level) => {
    const share = level / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

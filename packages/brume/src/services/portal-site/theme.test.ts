/** Colours of portals: used where they are colours, and read on each other. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PortalColors } from './port.ts';
import { stylesOf } from './theme.ts';

const COLORS: PortalColors = {
  accent: '#fde047',
  background: 'white',
  error: 'rgb(180,35,24)',
  header: '#000',
  navigation: 'rebeccapurple',
  text: '#123456',
};

test('colours become variables, with what is read on them', () => {
  const styles = stylesOf(COLORS);
  for (const line of [
    '--accent: #fde047;',
    '--on-accent: #000000;',
    '--background: white;',
    '--error: rgb(180,35,24);',
    '--on-header: #ffffff;',
    '--on-navigation: #123456;',
  ]) {
    assert.ok(styles.includes(line), line);
  }
});

test('what is no colour is not used', () => {
  for (const header of ['red;}*{x:y', 'url(//a.b)', '#12', 'var(--x)', '</style>', '__proto__']) {
    assert.match(stylesOf({ ...COLORS, header }), /--header: #101828;/, header);
  }
});

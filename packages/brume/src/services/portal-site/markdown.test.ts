/** Markdown as portals show it: what it becomes, and that no text becomes anything else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { markdown } from './markdown.ts';

/** Without the white space between elements. */
const written = (text: string) => markdown(text).text.replaceAll(/\s*\n\s*/g, '');

const CASES: Readonly<Record<string, string>> = {
  '# One\n\ntwo\nlines': '<h2>One</h2><p>twolines</p>',
  '###### Six': '<h6>Six</h6>',
  '#none': '<p>#none</p>',
  '- a\n- b\n  c\n\n1. d': '<ul><li>a</li><li>bc</li></ul><ol><li>d</li></ol>',
  '> a\n> > b': '<blockquote><p>a</p><blockquote><p>b</p></blockquote></blockquote>',
  '---': '<hr />',
  '**a _b_** ~~c~~ `*d*`': '<p><strong>a <em>b</em></strong> <del>c</del> <code>*d*</code></p>',
  'snake_case_name 2*3*4': '<p>snake_case_name 2<em>3</em>4</p>',
  '\\*a\\*': '<p>*a*</p>',
  '<b>&"': '<p>&#60;b&#62;&#38;&#34;</p>',
  '[a](https://x.example/?b=1&c)':
    '<p><a href="https://x.example/?b=1&#38;c" rel="noopener noreferrer">a</a></p>',
  '![a](https://x.example/a.png)':
    '<p><a href="https://x.example/a.png" rel="noopener noreferrer">a</a></p>',
  '[a](javascript:b)': '<p>a</p>',
  '[a](/b)': '<p>a</p>',
  'https://x.example/a.':
    '<p><a href="https://x.example/a" rel="noopener noreferrer">https://x.example/a</a>.</p>',
};

test('Markdown becomes HTML', () => {
  for (const [text, expected] of Object.entries(CASES)) assert.equal(written(text), expected, text);
});

test('code is kept as it is, open to the end where it is not closed', () => {
  assert.match(
    markdown('```json\n{\n  <a>\n```\nb').text,
    /<code>\{\n {2}&#60;a&#62;<\/code><\/pre>[^]*<p>b</,
  );
  assert.match(markdown('~~~\na\n```').text, /<code>a\n```<\/code>/);
});

test('tables have as many cells as they are given', () => {
  assert.equal(
    written('| a | b |\n|---|:-:|\n| *c* |').replace(/^.*<table>/, ''),
    '<thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead><tbody><tr><td><em>c</em></td></tr></tbody></table></div>',
  );
});

const PIECES = [
  ...'<>"\'&`*_~[]()#>|\\-+! \n\t1.a:/'.split(''),
  ...['```', '**', '](', 'javascript:', 'https://x', '<script>', '|---|\n', '\n\n', '- ', '> '],
];
const TAG = /<(\/?)([a-z0-9]+)((?: [a-z]+="[^"<>]*")*) ?\/?>/g;
const TAGS = new Set(
  'h2 h3 h4 h5 h6 p ul ol li hr blockquote pre code strong em del a div table thead tbody tr th td'.split(
    ' ',
  ),
);

test('no text becomes an element or a link that Markdown does not have', () => {
  const texts = fc.array(fc.constantFrom(...PIECES), { maxLength: 60 });
  fc.assert(
    fc.property(texts, (pieces) => {
      const { text } = markdown(pieces.join(''));
      for (const [, , name = '', attributes = ''] of text.matchAll(TAG)) {
        assert.ok(TAGS.has(name), name);
        const href = / href="([^"]*)"/.exec(attributes)?.[1];
        if (href !== undefined) assert.match(href, /^(?:https?:\/\/|mailto:|#)/);
      }
      assert.doesNotMatch(text.replaceAll(TAG, ''), /[<>"']/);
    }),
    { numRuns: 2_000 },
  );
});

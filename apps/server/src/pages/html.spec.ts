import { expect, it } from 'vitest';
import { html } from './html.ts';

it('shows what is put in as text, in content and in attributes', () => {
  const hostile = `"><script>alert('x')</script>&amp;`;
  expect(html`<p title="${hostile}">${hostile}</p>`.text).toBe(
    '<p title="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;">' +
      '&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;</p>',
  );
});

it('lets no character turn the reading direction or hide', () => {
  expect(html`${'admin\u202egpj.exe\u200b'}`.text).toBe('admin\uFFFDgpj.exe\uFFFD');
});

it('takes markup of its own, lists of it, and nothing', () => {
  const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`);
  expect(html`<ul>${items}${null}${false}${undefined}</ul>`.text).toBe(
    '<ul><li>a</li><li>&lt;b&gt;</li></ul>',
  );
});

/** A portal in a real browser: read, searched and tried, by its own host and by path. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GetPortalCommand, PublishPortalCommand } from '@aws-sdk/client-apigatewayv2';
import type { Request } from 'playwright-core';
import { openPage } from './browser.ts';
import { adoption, cloud } from './portal-cloud.ts';

test('a portal is read, searched and tried, and runs nothing of what it shows', async (t) => {
  const page = await openPage(t);
  if (!page) return;
  const world = await cloud(t);
  const { portalId: PortalId } = await adoption(world);
  await world.client.send(new PublishPortalCommand({ PortalId }));
  const { EndpointConfiguration } = await world.client.send(new GetPortalCommand({ PortalId }));
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });

  for (const place of [
    `http://${EndpointConfiguration?.PortalDefaultDomainName}/`,
    `${world.endpoint}/_aws/portals/${PortalId}/`,
  ]) {
    await page.goto(place);
    await page.getByRole('heading', { name: 'Pet adoption', level: 1 }).waitFor();
    const color = `getComputedStyle(document.querySelector('header')).backgroundColor`;
    assert.equal(await page.evaluate(color), 'rgb(19, 78, 74)', 'the theme');
    await page.getByRole('link', { name: 'Dogs' }).click();
    await page.getByRole('heading', { name: 'About dogs' }).waitFor();
    await page.getByRole('link', { name: 'Terms' }).click();
    await page.getByText('document.title="owned"').waitFor();
    assert.equal(await page.title(), 'Terms · Pet adoption', 'what was shown did not run');

    await page.getByRole('searchbox', { name: 'Search this portal' }).fill('view');
    await page.keyboard.press('Enter');
    await page.getByText('1 result for “view”').waitFor();
    await page.getByRole('main').getByRole('link', { name: 'View a dog' }).click();
    await page.getByRole('textbox', { name: 'dogId' }).fill('rex');
    await page.getByRole('textbox', { name: 'fields' }).fill('<b>&name');
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByText('"dog": "rex"').waitFor();
    await page.getByText('"fields": "<b>&name"').waitFor();

    await page.getByRole('navigation').getByRole('link', { name: 'Add a dog' }).click();
    await page.getByRole('textbox', { name: 'Body' }).fill('{"name":"Rex"}');
    const posted: Promise<Request> = page.waitForRequest((sent) => sent.method() === 'POST');
    await page.getByRole('button', { name: 'Try it' }).click();
    const sent = await posted;
    assert.equal(sent.postData(), '{"name":"Rex"}');
    assert.equal(sent.headers()['content-type'], 'application/json');
    await page.getByText('200 OK').waitFor();
  }
  assert.deepEqual(errors, []);
});

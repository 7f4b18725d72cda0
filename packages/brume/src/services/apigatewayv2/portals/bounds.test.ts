/** Everything that is kept of portals has a bound, and what is shown has one too. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  GetPortalProductResponse,
  GetProductPageResponse,
  PortalSummary,
} from '../../../model/generated/apigatewayv2.types.ts';
import { gateway, refusal } from '../gateway-fixture.ts';
import { PAGES_OF_PRODUCT_MAX, PORTALS_MAX } from '../limits.ts';

const COLOR = '#000000';
const PORTAL = {
  Authorization: { None: {} },
  EndpointConfiguration: { None: {} },
  PortalContent: {
    DisplayName: 'Pets',
    Theme: {
      CustomColors: {
        AccentColor: COLOR,
        BackgroundColor: COLOR,
        ErrorValidationColor: COLOR,
        HeaderColor: COLOR,
        NavigationColor: COLOR,
        TextColor: COLOR,
      },
    },
  },
};

test('an account has so many portals, and a product so many pages', async () => {
  const { call } = await gateway();
  for (let made = 0; made < PORTALS_MAX; made += 1) await call('CreatePortal', PORTAL);
  await assert.rejects(
    call('CreatePortal', PORTAL),
    refusal('TooManyRequestsException', /portals for this account/),
  );
  const { PortalProductId } = await call<GetPortalProductResponse>('CreatePortalProduct', {
    DisplayName: 'Dogs',
  });
  const page = { PortalProductId, DisplayContent: { Title: 'a', Body: 'b' } };
  for (let made = 0; made < PAGES_OF_PRODUCT_MAX; made += 1) await call('CreateProductPage', page);
  await assert.rejects(
    call('CreateProductPage', page),
    refusal('TooManyRequestsException', /product pages for this product/),
  );
  const section = { SectionName: 'a', ProductRestEndpointPageArns: [] };
  const DisplayOrder = { Contents: Array.from({ length: 101 }, () => section) };
  await assert.rejects(
    call('UpdatePortalProduct', { PortalProductId, DisplayOrder }),
    refusal('BadRequestException', /at most 100 sections/),
  );
});

test('a portal that would show more than one can is not published', async () => {
  const { call } = await gateway();
  const arns: (string | undefined)[] = [];
  for (let made = 0; made < 4; made += 1) {
    const product = await call<GetPortalProductResponse>('CreatePortalProduct', {
      DisplayName: 'Dogs',
    });
    const { PortalProductId, PortalProductArn } = product;
    const DisplayContent = { Title: 'a', Body: 'b'.repeat(32_768) };
    const ProductPageArns: (string | undefined)[] = [];
    for (let pages = 0; pages < PAGES_OF_PRODUCT_MAX; pages += 1) {
      const page = { PortalProductId, DisplayContent };
      const { ProductPageArn } = await call<GetProductPageResponse>('CreateProductPage', page);
      ProductPageArns.push(ProductPageArn);
    }
    await call('UpdatePortalProduct', { PortalProductId, DisplayOrder: { ProductPageArns } });
    arns.push(PortalProductArn);
  }
  const { PortalId } = await call<PortalSummary>('CreatePortal', {
    ...PORTAL,
    IncludedPortalProductArns: arns,
  });
  await call('PublishPortal', { PortalId });
  const portal = await call<PortalSummary>('GetPortal', { PortalId });
  assert.equal(portal.PublishStatus, 'PUBLISH_FAILED');
  assert.match(portal.StatusException?.Message ?? '', /Maximum number of bytes for this portal/);
});

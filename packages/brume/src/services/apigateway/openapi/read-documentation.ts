/** `x-amazon-apigateway-documentation`: parts of an API's documentation. */
import type { DocumentationPartLocation } from '../../../model/generated/apigateway.types.ts';
import { fieldsOf, listOf, scalarTextOf, textOf } from '../../gateway/openapi/values.ts';
import type { Fields } from '../../gateway/openapi/values.ts';
import type { StoredPart } from '../rest-api-document.ts';

const DOCUMENTATION = 'x-amazon-apigateway-documentation';

export function readDocumentation(root: Fields, newId: () => string): StoredPart[] {
  const documentation = fieldsOf(root.get(DOCUMENTATION), DOCUMENTATION);
  const parts = listOf(
    documentation.get('documentationParts'),
    `${DOCUMENTATION}.documentationParts`,
  );
  return parts.map((value) => {
    const part = fieldsOf(value, DOCUMENTATION);
    const location = fieldsOf(part.get('location'), `${DOCUMENTATION}.location`);
    const text = (name: string) => textOf(location.get(name), `${DOCUMENTATION}.location.${name}`);
    return {
      id: newId(),
      location: {
        type: text('type')?.toUpperCase() as DocumentationPartLocation['type'],
        path: text('path'),
        method: text('method')?.toUpperCase(),
        statusCode: scalarTextOf(location.get('statusCode'), DOCUMENTATION),
        name: text('name'),
      },
      properties: JSON.stringify(
        Object.fromEntries(fieldsOf(part.get('properties'), DOCUMENTATION)),
      ),
    };
  });
}

/** JSON as a body: of rest-json, and of events. */
import type { ServiceModel } from '../model/shapes.ts';
import { decoderCompiler } from './json-decode.ts';
import { encodedMember, encoderCompiler, structure } from './json-encode.ts';
import { jsonLeaf } from './json-leaf.ts';
import { parseJson } from './json-parse.ts';
import type { BodyCodec, Members } from './rest-compiler.ts';
import { ShapeTable } from './shape-table.ts';

export function jsonCodec(model: ServiceModel): BodyCodec {
  const shapes = new ShapeTable(model);
  const decoders = decoderCompiler(
    shapes,
    jsonLeaf,
    model.metadata.serializationWording ?? 'coral',
  );
  const encoders = encoderCompiler(shapes);
  return {
    contentType: 'application/json',
    membersDecoder(reference, members) {
      const decode = decoders.compileMembers(reference.shape, members);
      return (body) => decode(parseJson(body), 0) as Members;
    },
    payloadDecoder(reference) {
      const decode = decoders.compile(reference);
      return (body) => decode(parseJson(body), 0);
    },
    membersEncoder: (_reference, members) =>
      structure(members.map((member) => encodedMember(member, encoders))),
    payloadEncoder: encoders,
  };
}

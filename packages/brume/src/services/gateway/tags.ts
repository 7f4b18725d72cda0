/** The rules that tags keep on every resource. */
import { badRequest } from './errors.ts';

const TAGS_MAX = 50;
const TAG_KEY_LENGTH_MAX = 128;
const TAG_VALUE_LENGTH_MAX = 256;

type Tags = Readonly<Record<string, string>>;

/** The same tags, where they keep the rules; wordings unverified. */
export function validTags<Some extends Tags | undefined>(tags: Some): Some {
  const entries = Object.entries<string>(tags ?? {});
  if (entries.length > TAGS_MAX) throw badRequest(`A resource can have at most ${TAGS_MAX} tags`);
  for (const [key, value] of entries) {
    if (key.length > TAG_KEY_LENGTH_MAX || value.length > TAG_VALUE_LENGTH_MAX) {
      throw badRequest(
        `Tag keys have at most ${TAG_KEY_LENGTH_MAX} characters, values ${TAG_VALUE_LENGTH_MAX}`,
      );
    }
    if (key.startsWith('aws:')) throw badRequest('Tag keys that begin with aws: are reserved');
  }
  return tags;
}

/** Tags by name, `__proto__` included: the objects have no prototype. */
export function withTags(tags: Tags | undefined, added: Tags | undefined): Record<string, string> {
  return Object.assign(Object.create(null) as Record<string, string>, tags, added);
}

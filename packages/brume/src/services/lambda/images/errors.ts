/** What may be wrong with an image, in AWS's words where they are known: as its users quote them. */
import type { AwsError } from '../../../model/aws-error.ts';
import { invalidParameter } from '../errors.ts';

export function invalidImage(uri: string): AwsError {
  // ministryofjustice/modernisation-platform pull request 2419, 2022-10-14.
  return invalidParameter(`Source image ${uri} is not valid. Provide a valid source image.`);
}

export function imageNotFound(uri: string): AwsError {
  return invalidParameter(`Source image ${uri} does not exist. Provide a valid source image.`);
}

/** AWS's sentence, which is of its own registry, and Brume's with what there is to check. */
export function imageAccessDenied(host: string, hasCredentials: boolean): AwsError {
  const reason = hasCredentials
    ? `${host} refuses the credentials that Docker’s settings have for it.`
    : `${host} wants credentials, and Docker’s settings have none for it (docker login).`;
  return invalidParameter(
    `Lambda does not have permission to access the ECR image. Check the ECR permissions. ${reason}`,
  );
}

export function unsupportedImage(uri: string): AwsError {
  return invalidParameter(
    `The image manifest, config or layer media type for the source image ${uri} is not supported.`,
  );
}

/** Brume's own words: AWS tells of what is wrong inside of an image in a function's state. */
export function brokenImage(reason: string): AwsError {
  return invalidParameter(`The image cannot be used: ${reason}.`);
}

export function severalImages(): AwsError {
  return brokenImage('there are several: say which, oci:/path:tag');
}

/** Recorded from AWS 2025-11-25. */
export function zipForImage(): AwsError {
  return invalidParameter(
    'Please provide ImageUri when updating a function with packageType Image.',
  );
}

/** Text as AWS's users quote it (umihico/pythonista-chromeless issue 19, 2021-03-08). */
export function imageForZip(): AwsError {
  return invalidParameter(
    "Please don't provide ImageUri when updating a function with packageType Zip.",
  );
}

/** What portals show: made by the control plane when a portal is published or previewed, and kept as it was. */

export interface PortalSite {
  readonly name: string;
  readonly description: string | undefined;
  readonly colors: PortalColors;
  readonly products: readonly SiteProduct[];
}

/** As they were given: any text. */
export interface PortalColors {
  readonly accent: string;
  readonly background: string;
  readonly error: string;
  readonly header: string;
  readonly navigation: string;
  readonly text: string;
}

export interface SiteProduct {
  readonly id: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly overview: SitePage | undefined;
  readonly pages: readonly SitePage[];
  readonly sections: readonly SiteSection[];
}

/** Written in Markdown. */
export interface SitePage {
  readonly id: string;
  readonly title: string;
  readonly body: string;
}

export interface SiteSection {
  readonly name: string;
  readonly endpoints: readonly SiteEndpoint[];
}

export interface SiteEndpoint {
  readonly id: string;
  /** The name of the operation, or else its path. */
  readonly title: string;
  /** `ANY` for all. */
  readonly method: string;
  /** `/pets/{petId}`, `/{proxy+}`. */
  readonly path: string;
  readonly apiId: string;
  readonly stageName: string;
  /** Where it is called, if that is to be shown as another place than the API's own. */
  readonly address: string | undefined;
  /** Markdown. */
  readonly body: string | undefined;
  readonly canBeTried: boolean;
  readonly operation: SiteOperation;
}

/** An operation as its stage's OpenAPI document has it. */
export interface SiteOperation {
  readonly parameters: readonly SiteParameter[];
  readonly requestBody: readonly SiteContent[];
  readonly responses: readonly SiteResponse[];
  /** Names of what a caller has to show: authorizers, `api_key`, `sigv4`. */
  readonly security: readonly string[];
}

export interface SiteParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description: string | undefined;
}

export interface SiteContent {
  readonly type: string;
  /** JSON, indented. */
  readonly schema: string | undefined;
}

export interface SiteResponse {
  readonly status: string;
  readonly description: string | undefined;
  readonly content: readonly SiteContent[];
}

/** `closed` for a portal that asks for a sign-in, which there is nobody to check. */
export type FoundSite = PortalSite | 'closed' | undefined;

export interface PortalSites {
  published(portalId: string): Promise<FoundSite>;
  /** Of a preview that has not ended. */
  preview(portalId: string, token: string): Promise<FoundSite>;
}

/** How a control plane tells a data plane what is deployed. */
export interface StageFeed<Stage> {
  /** Tells all stages that are deployed now, then every change. */
  subscribe(listener: StageListener<Stage>): void;
}

export interface StageListener<Stage> {
  /** A stage is new, or has changed: it replaces what was told of it before. */
  published(stage: Stage): void;
  withdrawn(apiId: string, stageName: string): void;
}

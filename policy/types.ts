/** Types of resources and components that rules know. */
export const CONTAINER = "docker:index/container:Container";
export const VOLUME = "docker:index/volume:Volume";
export const COMMANDS: readonly string[] = ["command:local:Command", "command:remote:Command"];
export const GATEWAY = "sluice:gateway:Gateway";
export const EXPORTER = "sluice:observability:LogExporter";
export const SLOT = "sluice:docker:ServiceSlot";
export const ROUTE = "sluice:gateway:ServiceRoute";
export const MARKER = "sluice:gateway:SettledMarker";
export const GITHUB_ENVIRONMENT = "github:index/repositoryEnvironment:RepositoryEnvironment";
export const GITHUB_DEPLOYMENT_POLICY =
  "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy";

/**
 * Says outright that a container has no health check. Where neither the settings nor the image have one, Docker's provider
 * otherwise doesn't know before an update whether there will be one, and every preview shows a change.
 */
export const noHealthcheck = { tests: ["NONE"] };

/** Names a gateway among those of all communities. */
export function gatewayKey(community: string, gateway: string): string {
  return `${community}/${gateway}`;
}

import { createPageContext, type LastingServices, type SignedInServices } from '../../shared/page-context.ts';
import type { TextSizeChoice } from './text-size.ts';

/** What lives as long as the page, signed in or not. */
export interface PageServices extends LastingServices {
  textSize: TextSizeChoice;
}

/** The family page's services, and how its parts read them. */
export const {
  Context: FamilyContext,
  useServices: useFamily,
  useNow,
} = createPageContext<PageServices & SignedInServices>();

package io.sluice.access;

import io.sluice.api.Activity;
import io.sluice.api.Asked;
import io.sluice.api.Permission;
import io.sluice.table.Failure;
import io.sluice.table.Restriction;
import io.sluice.table.TableName;
import java.util.Set;
import org.springframework.stereotype.Component;

/// What the caller of this thread's request may do. A thread that serves no request works for the service itself, and
/// may do everything.
@Component
public class Access {

    private final Authenticator authenticator;
    private final Set<Activity> switchedOff;

    Access(Authenticator authenticator, DisabledOperations settings) {
        this.authenticator = authenticator;
        this.switchedOff = settings.activities();
    }

    /// @throws io.sluice.table.FailureException `table-not-found` where the caller may not see the table,
    ///     `forbidden` where he may not do this with it
    public void require(Activity activity, TableName table) {
        Asked.note(activity, table);
        Caller caller = CurrentCaller.current();
        if (!caller.rights().sees(table)) {
            throw new Failure.TableNotFound(table).asException();
        }
        requireAllowed(caller, activity, table);
    }

    /// For names that may be free: whether there is a table is not told.
    ///
    /// @throws io.sluice.table.FailureException `forbidden`
    public void requireName(Activity activity, TableName table) {
        Asked.note(activity, table);
        requireAllowed(CurrentCaller.current(), activity, table);
    }

    private void requireAllowed(Caller caller, Activity activity, TableName table) {
        Permission permission = activity.permission();
        boolean allowed = activity == Activity.REGISTER
                ? caller.rights().allowsEverywhere(permission)
                : caller.rights().allows(permission, table);
        if (!allowed) {
            throw new Failure.Forbidden(permission.word(), table).asException();
        }
        if (activity.reach() == Activity.Reach.WHOLE
                && !caller.rights().within(permission, table).isNone()) {
            throw new Failure.Restricted(
                            table,
                            "The caller's grant is for some columns or rows of " + table + " only, and "
                                    + activity.word() + " is for the whole table.")
                    .asException();
        }
        if (isSwitchedOff(activity)) {
            throw new Failure.SwitchedOff(activity.word()).asException();
        }
    }

    /// Whether nobody may do this, nor what goes on by itself (`sluice.operations.disabled`).
    public boolean isSwitchedOff(Activity activity) {
        return switchedOff.contains(activity);
    }

    /// Asks again, for an answer that goes on: keys expire, and grants are taken back.
    ///
    /// @param within what the answer was begun with
    /// @throws io.sluice.table.FailureException `unauthenticated`, and as [#require]; `forbidden` where the grants
    ///     reach to other columns or rows now
    public void requireStill(Activity activity, TableName table, Restriction within) {
        switch (authenticator.authenticate(CurrentCaller.authorization())) {
            case Authenticator.Answer.Stranger(Failure failure) -> throw failure.asException();
            case Authenticator.Answer.Known(Caller caller) -> {
                if (!caller.rights().sees(table)) {
                    throw new Failure.TableNotFound(table).asException();
                }
                requireAllowed(caller, activity, table);
                if (!caller.rights().within(activity.permission(), table).equals(within)) {
                    throw new Failure.Restricted(
                                    table, "The caller's grants on " + table + " have changed. Begin anew.")
                            .asException();
                }
            }
        }
    }

    /// Whether the caller may know that there is a table of this name.
    public boolean sees(TableName table) {
        return CurrentCaller.current().rights().sees(table);
    }

    /// Which columns and rows the caller may do this with; he may do it, that is asked before.
    public Restriction within(Activity activity, TableName table) {
        return CurrentCaller.current().rights().within(activity.permission(), table);
    }
}

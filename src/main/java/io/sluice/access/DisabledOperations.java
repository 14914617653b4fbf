package io.sluice.access;

import io.sluice.api.Activity;
import io.sluice.server.StartRefusedException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// What nobody may do, whatever his grants.
///
/// @param disabled words of activities: `drop`, `vacuum`, …
@ConfigurationProperties("sluice.operations")
record DisabledOperations(@DefaultValue List<String> disabled) {

    DisabledOperations {
        disabled = List.copyOf(disabled);
    }

    /// @throws StartRefusedException for a word that is none
    Set<Activity> activities() {
        Set<Activity> activities = EnumSet.noneOf(Activity.class);
        for (String word : disabled) {
            activities.add(Activity.ofWord(word.strip())
                    .orElseThrow(() -> new StartRefusedException("sluice.operations.disabled names " + word
                            + "; it knows "
                            + Stream.of(Activity.values()).map(Activity::word).collect(Collectors.joining(", ")))));
        }
        return activities;
    }
}

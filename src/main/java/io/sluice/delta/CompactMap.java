package io.sluice.delta;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// An immutable map that shares its keys with all maps of the same keys in the same order: statistics of 100,000 files
/// mostly have one set.
final class CompactMap<V> extends AbstractMap<String, V> {

    private static final int MAX_SHARED = 1_000;
    private static final Map<List<String>, Keys> SHARED = new ConcurrentHashMap<>();

    private record Keys(List<String> names, Map<String, Integer> positions) {}

    private final Keys keys;
    private final Object[] values;

    private CompactMap(Keys keys, Object[] values) {
        this.keys = keys;
        this.values = values;
    }

    static <V> Map<String, V> of(Map<String, V> map) {
        if (map.isEmpty()) {
            return Map.of();
        }
        List<String> names = List.copyOf(map.keySet());
        Keys keys = SHARED.get(names);
        if (keys == null) {
            keys = keysOf(names);
            if (SHARED.size() >= MAX_SHARED) {
                SHARED.clear();
            }
            SHARED.put(names, keys);
        }
        return new CompactMap<>(keys, map.values().toArray());
    }

    private static Keys keysOf(List<String> names) {
        Map<String, Integer> positions = HashMap.newHashMap(names.size());
        for (int i = 0; i < names.size(); i++) {
            positions.put(names.get(i), i);
        }
        return new Keys(names, positions);
    }

    @Override
    @SuppressWarnings("unchecked")
    public @Nullable V get(@Nullable Object key) {
        Integer position = keys.positions().get(key);
        return position == null ? null : (V) values[position];
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return keys.positions().containsKey(key);
    }

    @Override
    public int size() {
        return values.length;
    }

    @Override
    public Set<Entry<String, V>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Entry<String, V>> iterator() {
                return new Entries();
            }

            @Override
            public int size() {
                return values.length;
            }
        };
    }

    private final class Entries implements Iterator<Entry<String, V>> {

        private int next;

        @Override
        public boolean hasNext() {
            return next < values.length;
        }

        @Override
        @SuppressWarnings("unchecked")
        public Entry<String, V> next() {
            if (!hasNext()) {
                throw new java.util.NoSuchElementException();
            }
            Entry<String, V> entry = Map.entry(keys.names().get(next), (V) values[next]);
            next++;
            return entry;
        }
    }
}

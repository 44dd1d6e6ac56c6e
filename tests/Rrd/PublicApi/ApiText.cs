using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Strata.Rrd.Tests.PublicApi;

/// <summary>The public and protected members of an assembly as text, one a line in a fixed order. What the compiler adds to records is left out.</summary>
internal static class ApiText
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Head(type)).Append('\n');
            foreach (var member in Members(type))
            {
                text.Append("    ").Append(member).Append('\n');
            }
        }
        return text.ToString();
    }

    private static string Head(Type type)
    {
        var kind = type.IsEnum ? $"enum {type.Namespace}.{ApiNames.Of(type)} : {ApiNames.Of(Enum.GetUnderlyingType(type))}"
            : $"{Modifiers(type)}{type.Namespace}.{ApiNames.Of(type)}";
        string[] bases = type.IsEnum || IsDelegate(type) ? []
            : [.. new[] { type.BaseType }.OfType<Type>().Where(b => b != typeof(object) && b != typeof(ValueType)).Concat(OwnInterfaces(type)).Select(ApiNames.Of)];
        return $"public {kind}{(bases.Length == 0 ? "" : " : " + string.Join(", ", bases))}{ApiNames.Constraints(type.GetGenericArguments())}";
    }

    private static string Modifiers(Type type)
    {
        if (type.IsInterface)
        {
            return "interface ";
        }
        if (type.IsValueType)
        {
            return (type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "") + (type.IsByRefLike ? "ref " : "") + "struct ";
        }
        var modifier = type.IsAbstract && type.IsSealed ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "";
        return modifier + (IsDelegate(type) ? "delegate " : "class ");
    }

    private static IEnumerable<Type> OwnInterfaces(Type type)
    {
        var inherited = (type.BaseType?.GetInterfaces() ?? []).Concat(type.GetInterfaces().SelectMany(i => i.GetInterfaces())).ToHashSet();
        return type.GetInterfaces().Where(i => !inherited.Contains(i) && i.IsVisible).OrderBy(ApiNames.Of, StringComparer.Ordinal);
    }

    private static bool IsDelegate(Type type) => type.IsSubclassOf(typeof(Delegate));

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), null)}");
        }
        return type.GetConstructors(Declared).Where(c => ApiMembers.IsVisible(c, type)).Select(ApiMembers.Of).Order(StringComparer.Ordinal)
            .Concat(type.GetFields(Declared).Where(f => ApiMembers.IsVisible(f, type)).Select(ApiMembers.Of).Order(StringComparer.Ordinal))
            .Concat(type.GetProperties(Declared).Where(p => p.GetAccessors(true).Any(a => ApiMembers.IsVisible(a, type))).Select(p => ApiMembers.Of(p, type)).Order(StringComparer.Ordinal))
            .Concat(type.GetEvents(Declared).Where(e => ApiMembers.IsVisible(e.AddMethod!, type)).Select(e => $"public event {ApiNames.Of(e.EventHandlerType!)} {e.Name}").Order(StringComparer.Ordinal))
            .Concat(type.GetMethods(Declared).Where(m => IsOwn(m) && ApiMembers.IsVisible(m, type)).Select(ApiMembers.Of).Order(StringComparer.Ordinal));
    }

    // Accessors stand with their properties; equality of records is known from their being records.
    private static bool IsOwn(MethodInfo method) =>
        (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) && !method.IsDefined(typeof(CompilerGeneratedAttribute)) && !method.Name.Contains('<', StringComparison.Ordinal);
}
